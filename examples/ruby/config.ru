# frozen_string_literal: true

# A site with a login on Rack. Start: STAUTH_SECRETS=secrets.toml puma --bind tcp://localhost:8501
require_relative "app"

AUTH = Stauth::App.new
use Stauth::Middleware, AUTH
run GuestBook.new(AUTH)
