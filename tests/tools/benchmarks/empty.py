"""An empty FastAPI application with one path."""

from fastapi import FastAPI

app = FastAPI()


@app.get("/")
async def read_root() -> dict[str, str]:
    """Return the same as the first example of FastAPI's tutorial."""
    return {"message": "Hello World"}
