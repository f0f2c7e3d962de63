"""What is said to PostgreSQL. There is no approximate index: a B-tree finds the user's cards, each is compared."""

PREPARE = """
CREATE EXTENSION IF NOT EXISTS vector;
CREATE TABLE IF NOT EXISTS vector_cards (
    space text NOT NULL,
    user_id text NOT NULL,
    card_id text COLLATE "C" NOT NULL,
    embedding vector NOT NULL,
    PRIMARY KEY (space, user_id, card_id)
) WITH (toast_tuple_target = 8160);
CREATE TABLE IF NOT EXISTS vector_mark (mark text NOT NULL);
"""
"""A row stays whole on its page as long as it fits: one that is stored elsewhere takes several reads."""

MARK = """
INSERT INTO vector_mark (mark) SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM vector_mark)
"""
READ_MARK = "SELECT mark FROM vector_mark"
# Two processes that start at once would both find nothing, and both make it.
LOCK = "SELECT pg_advisory_xact_lock($1)"
WHERE_THE_TYPE_IS = """
SELECT nspname FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'vector'
"""

DIMENSIONS = "SELECT vector_dims(embedding) FROM vector_cards WHERE space = $1 AND user_id = $2 LIMIT 1"

UPSERT = """
INSERT INTO vector_cards (space, user_id, card_id, embedding)
SELECT $1, $2, card_id, embedding FROM unnest($3::text[], $4::vector[]) AS given (card_id, embedding)
ON CONFLICT (space, user_id, card_id) DO UPDATE SET embedding = excluded.embedding
"""

NEAREST = """
WITH held AS MATERIALIZED (
    SELECT card_id, embedding <#> $3 AS distance FROM vector_cards
    WHERE space = $1 AND user_id = $2 {among}
), last AS (
    SELECT distance FROM held ORDER BY distance LIMIT 1 OFFSET $4 - 1
)
SELECT card_id, embedding FROM held JOIN vector_cards USING (card_id)
WHERE space = $1 AND user_id = $2 AND distance <= COALESCE((SELECT distance FROM last) + $5, 'infinity')
"""
"""Every card that may be among the first: a server sums in 32 bits, and equal similarities are ordered by id."""
AMONG = "AND card_id = ANY($6::text[])"

DELETE = "DELETE FROM vector_cards WHERE space = $1 AND user_id = $2 AND card_id = ANY($3::text[])"
COUNT = "SELECT count(*) FROM vector_cards WHERE space = $1 AND user_id = $2"
CARD_IDS = "SELECT card_id FROM vector_cards WHERE space = $1 AND user_id = $2"
TOTAL = "SELECT count(*) FROM vector_cards WHERE space = $1"
DROP = "DELETE FROM vector_cards WHERE space = $1"
ERASE = "DELETE FROM vector_cards WHERE user_id = $1"
# Rows that were deleted stay on their pages until then.
VACUUM = "VACUUM vector_cards"
