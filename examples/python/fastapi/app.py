"""FastAPI with a login. Start: uvicorn app:app"""

from typing import Annotated

from fastapi import Depends, FastAPI, Request
from fastapi.templating import Jinja2Templates

import stauth.fastapi

app = FastAPI()
auth = stauth.fastapi.init_app(app)
templates = Jinja2Templates("../templates")

Member = Annotated[stauth.User, Depends(stauth.fastapi.login_required)]


@app.get("/members")
async def show_members(user: Member):
    return f"Welcome, {user.get('name', 'member')}"


@app.get("/user.json")
async def show_user():
    return stauth.user.to_dict()


@app.get("/login")
async def login(provider: str | None = None):
    return stauth.fastapi.login(provider)


@app.post("/logout")
async def logout():
    return stauth.fastapi.logout()


@app.get("/{path:path}")
async def show_page(request: Request):
    context = {"user": stauth.user, "login_url": auth.login_url(), "logout_path": auth.logout_path}
    return templates.TemplateResponse(request, "page.html", context)
