package import Basics

/// What happened, for the log. Only names, codes and messages: no token, secret, code, cookie or claim, except for what
/// `log_identity` asks for. docs/events.md lists them; a test compares. Indirect, like ProviderKind.
package indirect enum Event: Sendable {
    case loginStarted(provider: Text)
    case loginSucceeded(provider: Text?, user: Text?)
    case loginRefused(Failure, provider: Text?, user: Text? = nil)
    case alreadySignedIn(insteadOf: ErrorCode, provider: Text?)
    case logout(isAtProvider: Bool, user: Text?)
    case logoutRefused(Failure)
    case backchannelLogout(provider: Text, user: Text?)
    case backchannelLogoutRefused(Failure, provider: Text?)
    case frontchannelLogout(provider: Text)
    case frontchannelLogoutRefused(Failure)
    case sessionRequestRefused(Failure)
    case deviceBound(user: Text?)
    case deviceProofRefused(Failure, user: Text? = nil)
    case deviceProofSkipped(SkippedProof)
    case logoutReturned(state: ReturnedState)
    case providerFetchFailed(Failure, provider: Text)
    case providerLogoutFailed(Failure, provider: Text)
    case claimSourceIgnored(Failure, provider: Text)
    case keysNotUsed(provider: Text, reasons: [Text])
    case keysRenewed(provider: Text)
    case useNotListed(provider: Text, values: [Text])
    case redirectURIShared(provider: Text, with: [Text])
    case tokensRefreshed(provider: Text)
    case claimsNotRefreshed(provider: Text)
    case refreshFailed(Failure, provider: Text)
    case sessionEnded(Failure, provider: Text)
    case tokensRevoked(provider: Text), tokensNotRevoked(Failure, provider: Text)
    case sessionsEnded(providers: [Text])
    case tokensTooLarge(provider: Text?)
    case logoutHintDropped(provider: Text?)
    case returnPageDropped(provider: Text?)
    case responseHeadersTooLarge(bytes: Int)
    case endedLoginsForgotten
    case olderSessionsEnded(provider: Text)
    case sessionEndNotRemembered(provider: Text)
    case endedSessionsNotShared
    case sessionStoreFailed(Failure)
    case sessionStoreFull(bytes: Int)
    case storedSessionRefused(StoredSessionFault)
    case storedSessionNotEnded
    case sessionKeptInCookie(provider: Text)
    case tokensNotOpened
    case webSocketOriginRefused(origin: Text)
    case otherSiteName(seen: Text, expected: Text)
    case sessionCookieNotEncrypted
    case newSettingsRefused(Failure)
    case accessTokenRefused(Failure, provider: Text?, user: Text?)

    /// The state that a browser brings back from a logout at the provider.
    package enum ReturnedState: Sendable { case expected, missing, other }

    /// Why a record of a session store is not used.
    package enum StoredSessionFault: Sendable {
        /// It does not open with the session's key: changed, cut, or another session's.
        case notItsOwn
        /// The browser knows a newer one.
        case older
    }

    package typealias Field = (key: Text, value: Text)

    package var name: Name { entry.name }
    package var level: EventLevel { entry.level }
    package var fields: [Field] { entry.fields }

    private var entry: (name: Name, level: EventLevel, fields: [Field]) {
        switch self {
        case .loginStarted(let provider): (.loginStarted, .info, Self.of(provider))
        case .loginSucceeded(let provider, let user): (.loginSucceeded, .info, Self.of(provider, user))
        case .loginRefused(let failure, let provider, let user):
            Self.failed(.loginRefused, failure, Self.of(provider, user))
        case .alreadySignedIn(let code, let provider):
            (.alreadySignedIn, .info, Self.of(provider) + [("instead_of", Text(code.entry.name))])
        case .logout(let isAtProvider, let user):
            (.logout, .info, Self.of(nil, user) + [("at_provider", isAtProvider ? "yes" : "no")])
        case .logoutRefused(let failure): Self.failed(.logoutRefused, failure, [])
        case .backchannelLogout(let provider, let user): (.backchannelLogout, .info, Self.of(provider, user))
        case .backchannelLogoutRefused(let failure, let provider):
            Self.failed(.backchannelLogoutRefused, failure, Self.of(provider))
        case .frontchannelLogout(let provider): (.frontchannelLogout, .info, Self.of(provider))
        case .frontchannelLogoutRefused(let failure): Self.failed(.frontchannelLogoutRefused, failure, [])
        case .sessionRequestRefused(let failure): Self.failed(.sessionRequestRefused, failure, [])
        case .deviceBound(let user): (.deviceBound, .info, Self.of(nil, user))
        case .deviceProofRefused(let failure, let user):
            Self.failed(.deviceProofRefused, failure, Self.of(nil, user))
        case .deviceProofSkipped(let reason): (.deviceProofSkipped, .warning, [("reason", reason.text)])
        case .logoutReturned(let state): (.logoutReturned, .info, [("state", state.text)])
        case .providerFetchFailed(let failure, let provider):
            Self.failed(.providerFetchFailed, failure, Self.of(provider))
        case .providerLogoutFailed(let failure, let provider):
            Self.failed(.providerLogoutFailed, failure, Self.of(provider))
        case .claimSourceIgnored(let failure, let provider):
            Self.failed(.claimSourceIgnored, failure, Self.of(provider))
        case .keysNotUsed(let provider, let reasons):
            (
                .keysNotUsed, .info,
                Self.of(provider) + [("count", Text(reasons.count)), ("message", reasons.joined(with: "; "))]
            )
        case .keysRenewed(let provider): (.keysRenewed, .info, Self.of(provider))
        case .useNotListed(let provider, let values):
            (
                .useNotListed, .warning,
                Self.of(provider) + [("message", "the provider's metadata: \(values.joined(with: "; "))")]
            )
        case .redirectURIShared(let provider, let others):
            (
                .redirectURIShared, .warning,
                Self.of(provider) + [
                    ("with", others.joined(with: ", ")),
                    (
                        "message",
                        "this provider's responses cannot be distinguished from the others': a malicious one could sign in as "
                            + "its users; give each its own redirect_uri, with {provider} in it, and register that"
                    ),
                ]
            )
        case .tokensRefreshed(let provider): (.tokensRefreshed, .info, Self.of(provider))
        case .claimsNotRefreshed(let provider):
            (
                .claimsNotRefreshed, .warning,
                Self.of(provider) + [
                    ("message", "the provider sends no ID token with a refresh: refresh_claims changes no claims")
                ]
            )
        case .refreshFailed(let failure, let provider): Self.failed(.refreshFailed, failure, Self.of(provider))
        case .sessionEnded(let failure, let provider): Self.failed(.sessionEnded, failure, Self.of(provider))
        case .tokensRevoked(let provider): (.tokensRevoked, .info, Self.of(provider))
        case .tokensNotRevoked(let failure, let provider): Self.failed(.tokensNotRevoked, failure, Self.of(provider))
        case .sessionsEnded(let providers):
            (.sessionsEnded, .info, [("providers", providers.joined(with: ", "))])
        case .tokensTooLarge(let provider):
            (
                .tokensTooLarge, .warning,
                Self.of(provider) + [
                    ("message", "the tokens do not fit next to the session: keep fewer claims with session_claims")
                ]
            )
        case .logoutHintDropped(let provider):
            (
                .logoutHintDropped, .info,
                Self.of(provider) + [
                    ("message", "the ID token for a logout at the provider makes the headers too long")
                ]
            )
        case .returnPageDropped(let provider): (.returnPageDropped, .info, Self.of(provider))
        case .responseHeadersTooLarge(let bytes):
            (
                .responseHeadersTooLarge, .warning,
                [
                    ("bytes", "\(bytes)"),
                    (
                        "message",
                        "servers in front must accept response headers of this size; nginx accepts 4096 bytes by default"
                    ),
                ]
            )
        case .endedLoginsForgotten: (.endedLoginsForgotten, .warning, [])
        case .olderSessionsEnded(let provider):
            (
                .olderSessionsEnded, .warning,
                Self.of(provider) + [("message", "the memory of ended sessions is full: the oldest sessions end")]
            )
        case .sessionEndNotRemembered(let provider):
            (
                .sessionEndNotRemembered, .error,
                Self.of(provider) + [("message", "no memory is left: copies of the session's cookie stay valid")]
            )
        case .endedSessionsNotShared:
            (
                .endedSessionsNotShared, .info,
                [
                    ("message", "a logout ends copies of its cookie in this process: for several, use session_store")
                ]
            )
        case .newSettingsRefused(let failure): Self.failed(.newSettingsRefused, failure, [])
        case .accessTokenRefused(let failure, let provider, let user):
            Self.failed(.accessTokenRefused, failure, Self.of(provider, user))
        case .sessionStoreFailed(let failure): Self.failed(.sessionStoreFailed, failure, [])
        case .sessionStoreFull(let bytes):
            (
                .sessionStoreFull, .warning,
                [("bytes", "\(bytes)"), ("message", "the sessions that would end first have ended")]
            )
        case .storedSessionRefused(let fault):
            (
                .storedSessionRefused, .error,
                [
                    ("reason", fault == .older ? "older_record" : "not_its_own"),
                    ("message", "somebody has changed the session store, or restored old data there"),
                ]
            )
        case .storedSessionNotEnded:
            (
                .storedSessionNotEnded, .error,
                [("message", "copies of the session's cookie stay valid in other processes until it expires")]
            )
        case .sessionKeptInCookie(let provider):
            (
                .sessionKeptInCookie, .warning,
                Self.of(provider) + [("message", "the session store failed: this session is in the cookie alone")]
            )
        case .tokensNotOpened: (.tokensNotOpened, .warning, [])
        case .webSocketOriginRefused(let origin): (.webSocketOriginRefused, .warning, [("origin", origin)])
        case .otherSiteName(let seen, let expected):
            (
                .otherSiteName, .warning,
                [
                    ("seen", seen), ("expected", expected),
                    ("message", "open the site where redirect_uri is, or let the server in front pass on Host"),
                ]
            )
        case .sessionCookieNotEncrypted:
            (
                .sessionCookieNotEncrypted, .warning,
                [
                    ("cookie_format", "streamlit"),
                    ("message", "Streamlit's cookie is only signed: anyone who has it can read the user's claims"),
                ]
            )
        }
    }

    private static func of(_ provider: Text?, _ user: Text? = nil) -> [Field] {
        var fields: [Field] = []
        if let provider { fields.append(("provider", provider)) }
        if let user { fields.append(("user", user)) }
        return fields
    }

    /// With the failure's code and message. Failures that require an operator's attention are errors.
    private static func failed(
        _ name: Name, _ failure: Failure, _ subject: [Field]
    ) -> (name: Name, level: EventLevel, fields: [Field]) {
        let isOurs = [.configurationError, .cryptographyError, .internalError].contains(failure.code.entry.category)
        var fields = subject + [("code", failure.name)]
        if let code = failure.providerCode { fields.append(("provider_code", code)) }
        if let description = failure.providerDescription { fields.append(("provider_description", description)) }
        return (name, isOurs ? .error : .warning, fields + [("message", failure.message)])
    }
}
