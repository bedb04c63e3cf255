package import Basics

extension Event {
    /// An event's name in the log.
    package enum Name: CaseIterable, Sendable {
        case loginStarted, loginSucceeded, loginRefused, alreadySignedIn
        case logout, logoutRefused, logoutReturned, sessionRequestRefused
        case backchannelLogout, backchannelLogoutRefused, frontchannelLogout, frontchannelLogoutRefused
        case deviceBound, deviceProofRefused, deviceProofSkipped
        case providerFetchFailed, providerLogoutFailed, claimSourceIgnored, keysNotUsed, keysRenewed, useNotListed
        case redirectURIShared, tokensRevoked, tokensNotRevoked
        case tokensRefreshed, claimsNotRefreshed, refreshFailed, sessionEnded, sessionsEnded
        case tokensTooLarge, logoutHintDropped, returnPageDropped, responseHeadersTooLarge, endedLoginsForgotten
        case olderSessionsEnded, sessionEndNotRemembered, endedSessionsNotShared
        case sessionStoreFailed, sessionStoreFull, storedSessionRefused, storedSessionNotEnded, sessionKeptInCookie
        case tokensNotOpened, webSocketOriginRefused, otherSiteName, sessionCookieNotEncrypted
        case newSettingsRefused, accessTokenRefused

        package var rawValue: Text {
            switch self {
            case .loginStarted: "login_started"
            case .loginSucceeded: "login_succeeded"
            case .loginRefused: "login_refused"
            case .alreadySignedIn: "already_signed_in"
            case .logout: "logout"
            case .logoutRefused: "logout_refused"
            case .backchannelLogout: "backchannel_logout"
            case .backchannelLogoutRefused: "backchannel_logout_refused"
            case .frontchannelLogout: "frontchannel_logout"
            case .frontchannelLogoutRefused: "frontchannel_logout_refused"
            case .sessionRequestRefused: "session_request_refused"
            case .deviceBound: "device_bound"
            case .deviceProofRefused: "device_proof_refused"
            case .deviceProofSkipped: "device_proof_skipped"
            case .logoutReturned: "logout_returned"
            case .providerFetchFailed: "provider_fetch_failed"
            case .providerLogoutFailed: "provider_logout_failed"
            case .claimSourceIgnored: "claim_source_ignored"
            case .keysNotUsed: "jwk_set_keys_not_used"
            case .keysRenewed: "jwk_set_renewed"
            case .useNotListed: "use_not_listed"
            case .redirectURIShared: "redirect_uri_shared"
            case .tokensRefreshed: "tokens_refreshed"
            case .claimsNotRefreshed: "claims_not_refreshed"
            case .refreshFailed: "refresh_failed"
            case .sessionEnded: "session_ended"
            case .tokensRevoked: "tokens_revoked"
            case .tokensNotRevoked: "tokens_not_revoked"
            case .sessionsEnded: "sessions_ended"
            case .tokensTooLarge: "tokens_too_large"
            case .logoutHintDropped: "logout_hint_dropped"
            case .returnPageDropped: "return_page_dropped"
            case .responseHeadersTooLarge: "response_headers_too_large"
            case .endedLoginsForgotten: "ended_logins_forgotten"
            case .olderSessionsEnded: "older_sessions_ended"
            case .sessionEndNotRemembered: "session_end_not_remembered"
            case .endedSessionsNotShared: "ended_sessions_not_shared"
            case .sessionStoreFailed: "session_store_failed"
            case .sessionStoreFull: "session_store_full"
            case .storedSessionRefused: "stored_session_refused"
            case .storedSessionNotEnded: "stored_session_not_ended"
            case .sessionKeptInCookie: "session_kept_in_cookie"
            case .tokensNotOpened: "tokens_not_opened"
            case .webSocketOriginRefused: "websocket_origin_refused"
            case .otherSiteName: "other_site_name"
            case .sessionCookieNotEncrypted: "session_cookie_not_encrypted"
            case .newSettingsRefused: "new_settings_refused"
            case .accessTokenRefused: "access_token_refused"
            }
        }
    }
}
