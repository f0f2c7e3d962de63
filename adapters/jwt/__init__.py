"""JSON web tokens of somebody else, by PyJWT."""
