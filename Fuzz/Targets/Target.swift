import Calls

/// What can be fuzzed, by name. A target takes any bytes: it must neither trap nor break a promise that it checks.
enum Target {
    nonisolated(unsafe) static let swift: [String: ([UInt8]) -> Void] = [
        "configuration": Input.configuration,
        "cookie-header": KeptBytes.header,
        "session-cookie": KeptBytes.session,
        "tokens-cookie": KeptBytes.tokens,
        "number-cookies": KeptBytes.numbers,
        "login-cookie": KeptBytes.login,
        "streamlit-cookie": KeptBytes.streamlit,
        "store-record": KeptBytes.record,
        "store-index": KeptBytes.index,
        "redis-reply": KeptBytes.redis,
        "return-target": Input.returnTarget,
        "callback-query": Callbacks.query,
        "callback-form": Callbacks.form,
        "metadata": Documents.metadata,
        "jwk-set": Documents.jwkSet,
        "jws": Documents.jws,
        "jwe": Documents.jwe,
        "id-token": Documents.idToken,
        "signed-response": Documents.signedResponse,
        "token-response": Documents.tokenResponse,
        "user-info": Documents.userInfo,
        "logout-token": Documents.logoutToken,
        "security-event": Documents.securityEvent,
    ]

    static let c: [String: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32] = [
        "request": fuzz_request,
        "calls": fuzz_calls,
    ]
}

/// A promise that a target checks. Ends the process, so that libFuzzer keeps the input.
func promise(_ holds: Bool, _ what: StaticString) {
    if !holds { fatalError("broken promise: \(what)") }
}
