"""What Valkey does at once: each script is one transaction of the server, by the server's own clock."""

from domain.rate_limit import BUCKET_MS, BUCKETS, SLOT_RETRY_MS

_NOW = """
local function clock(given)
    if given ~= '' then return tonumber(given) end
    local time = redis.call('TIME')
    return time[1] * 1000 + math.floor(time[2] / 1000)
end
"""

# KEYS: the ticket; then two of each demand: of a window its buckets in order and their amounts, of places the set and
# one that is not used. ARGV: the time or nothing, the ticket, its lease, whether it is kept; then of each demand its
# kind, limit and amount.
ADMIT = (
    _NOW
    + f"""
local BUCKET, BUCKETS, RETRY = {BUCKET_MS}, {BUCKETS}, {SLOT_RETRY_MS}
local now, ticket, lease = clock(ARGV[1]), ARGV[2], tonumber(ARGV[3])
local bucket = math.floor(now / BUCKET)

local function forget(buckets, amounts)
    for _, old in ipairs(redis.call('ZRANGEBYSCORE', buckets, '-inf', '(' .. bucket - BUCKETS)) do
        redis.call('HINCRBY', amounts, 'total', -(redis.call('HGET', amounts, old) or 0))
        redis.call('HDEL', amounts, old)
        redis.call('ZREM', buckets, old)
    end
end

local function wait_of_window(buckets, amounts, limit, amount)
    forget(buckets, amounts)
    local excess = (redis.call('HGET', amounts, 'total') or 0) + amount - limit
    if excess <= 0 then return 0 end
    for _, taken in ipairs(redis.call('ZRANGE', buckets, 0, -1)) do
        excess = excess - (redis.call('HGET', amounts, taken) or 0)
        if excess <= 0 then return (taken + BUCKETS + 1) * BUCKET - now end
    end
    return (BUCKETS + 1) * BUCKET
end

local function wait_of_places(places, limit, amount)
    redis.call('ZREMRANGEBYSCORE', places, '-inf', now)
    if redis.call('ZCARD', places) + amount <= limit then return 0 end
    return RETRY
end

local longest, which = 0, 0
for i = 1, (#KEYS - 1) / 2 do
    local kind, limit, amount = ARGV[2 + 3 * i], tonumber(ARGV[3 + 3 * i]), tonumber(ARGV[4 + 3 * i])
    local wait
    if kind == 'places' then
        wait = wait_of_places(KEYS[2 * i], limit, amount)
    else
        wait = wait_of_window(KEYS[2 * i], KEYS[2 * i + 1], limit, amount)
    end
    if wait > longest then longest, which = wait, i end
end
if which > 0 then return {{which, longest}} end

for i = 1, (#KEYS - 1) / 2 do
    local key, amounts = KEYS[2 * i], KEYS[2 * i + 1]
    if ARGV[2 + 3 * i] == 'places' then
        redis.call('ZADD', key, now + lease, ticket)
        local last = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')[2]
        redis.call('PEXPIRE', key, last - now + BUCKET)
    else
        redis.call('ZADD', key, bucket, bucket)
        redis.call('HINCRBY', amounts, bucket, ARGV[4 + 3 * i])
        redis.call('HINCRBY', amounts, 'total', ARGV[4 + 3 * i])
        redis.call('PEXPIRE', key, (BUCKETS + 2) * BUCKET)
        redis.call('PEXPIRE', amounts, (BUCKETS + 2) * BUCKET)
    end
end
if ARGV[4] == '1' then redis.call('SET', KEYS[1], now + lease, 'PX', lease) end
return {{0, now}}
"""
)

# KEYS: as above. ARGV: the time or nothing, the ticket, when it was taken; then of each demand its kind and by how much
# it changes.
SETTLE = (
    _NOW
    + f"""
local now, ticket, bucket = clock(ARGV[1]), ARGV[2], math.floor(ARGV[3] / {BUCKET_MS})
local ends = redis.call('GET', KEYS[1])
redis.call('DEL', KEYS[1])
if not ends or tonumber(ends) <= now then return 0 end
for i = 1, (#KEYS - 1) / 2 do
    local key, amounts, change = KEYS[2 * i], KEYS[2 * i + 1], ARGV[3 + 2 * i]
    if ARGV[2 + 2 * i] == 'places' then
        redis.call('ZREM', key, ticket)
    elseif redis.call('HEXISTS', amounts, bucket) == 1 then
        redis.call('HINCRBY', amounts, bucket, change)
        redis.call('HINCRBY', amounts, 'total', change)
    end
end
return 1
"""
)
