# frozen_string_literal: true

module Stauth
  VERSION = "0.2.0"
end
