"""What is no HTTP at all is answered with a problem document too."""

import json
import secrets

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from entrypoints.http.asgi import REQUEST_ID_HEADER
from entrypoints.http.problems import MEDIA_TYPE, TYPE_PREFIX


class ProblemProtocol(HttpToolsProtocol):
    """HTTP/1.1; whoever speaks something else hears it in the form of every other error."""

    def send_400_response(self, msg: str) -> None:
        """The answer, after which the connection is closed: nobody knows where the next request would begin."""
        request_id = f"req-{secrets.token_hex(12)}"
        body = json.dumps(
            {
                "type": f"{TYPE_PREFIX}unreadable",
                "title": "The request cannot be read",
                "status": 400,
                "detail": msg,
                "request_id": request_id,
                "errors": [],
            }
        ).encode()
        head = f"HTTP/1.1 400 Bad Request\r\ncontent-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\n"
        head += f"{REQUEST_ID_HEADER.decode()}: {request_id}\r\nconnection: close\r\n\r\n"
        self.transport.write(head.encode() + body)
        self.transport.close()
