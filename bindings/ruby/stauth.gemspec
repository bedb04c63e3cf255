# frozen_string_literal: true

require_relative "lib/stauth/version"

Gem::Specification.new do |gem|
  gem.name = "stauth"
  gem.version = Stauth::VERSION
  gem.summary = "Sign in with any OpenID provider: Rack middleware and Rails helpers"
  gem.description = "Streamlit's st.login, st.logout and st.user for Ruby, by libstauth.so.0."
  gem.authors = ["The stauth authors"]
  gem.license = "Apache-2.0"
  gem.required_ruby_version = ">= 3.0"
  gem.files = Dir["lib/**/*.rb", "sig/*.rbs", "README.md", "LICENSE"]
  gem.add_runtime_dependency "ffi", "~> 1.15"
  gem.metadata = { "rubygems_mfa_required" => "true" }
end
