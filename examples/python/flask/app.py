"""Flask with a login. Start: gunicorn app:app"""

from flask import Flask, jsonify, render_template, request

import libstauth.flask

app = Flask(__name__, template_folder="../templates")
auth = libstauth.flask.init_app(app)


@app.get("/", defaults={"path": ""})
@app.get("/<path:path>")
def show_page(path):
    return render_template("page.html", login_url=auth.login_url(), logout_path=auth.logout_path)


@app.get("/members")
@libstauth.flask.login_required
def show_members():
    return f"Welcome, {libstauth.user.get('name', 'member')}"


@app.get("/user.json")
def show_user():
    return jsonify(libstauth.user.to_dict())


@app.get("/login")
def login():
    return libstauth.flask.login(request.args.get("provider"))


@app.post("/logout")
def logout():
    return libstauth.flask.logout()
