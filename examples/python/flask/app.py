"""Flask with a login. Start: gunicorn app:app"""

from flask import Flask, jsonify, render_template, request

import stauth.flask

app = Flask(__name__, template_folder="../templates")
auth = stauth.flask.init_app(app)


@app.get("/", defaults={"path": ""})
@app.get("/<path:path>")
def show_page(path):
    return render_template("page.html", login_url=auth.login_url(), logout_path=auth.logout_path)


@app.get("/members")
@stauth.flask.login_required
def show_members():
    return f"Welcome, {stauth.user.get('name', 'member')}"


@app.get("/user.json")
def show_user():
    return jsonify(stauth.user.to_dict())


@app.get("/login")
def login():
    return stauth.flask.login(request.args.get("provider"))


@app.post("/logout")
def logout():
    return stauth.flask.logout()
