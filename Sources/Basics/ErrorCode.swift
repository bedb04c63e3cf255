/// The category of a failure: the values of st_status in stauth.h.
package enum Category: Int32 {
    case invalidArgument = 1
    case configurationError = 2
    case networkError = 3
    case providerError = 4
    case authorizationDenied = 5
    case tokenInvalid = 6
    case loginInvalid = 7
    case requestRefused = 8
    case limitExceeded = 9
    case noRequest = 10
    case cryptographyError = 11
    case internalError = 12
}

/// Every failure that the library can report. docs/errors.md explains each; a test compares the two.
package enum ErrorCode: CaseIterable, Sendable {
    // The caller's mistakes.
    case invalidArgument, invalidHandle, invalidText, outOfSequence, providerUnknown, noRequestBound
    case otherRequestBound, optionUnknown, optionInvalid, exchangePending
    // Sizes.
    case tooLarge, bufferTooSmall, sessionTooLarge, cookiesTooLarge
    // Settings.
    case configurationInvalid
    // Connecting to the provider.
    case providerUnreachable, providerTimeout, providerTLSFailed, providerAddressRefused, responseTooLarge
    case networkLibraryMissing
    // The session store.
    case sessionStoreFailed
    // The provider's responses.
    case metadataInvalid, metadataIssuerMismatch, jwkSetInvalid, providerStatus
    case clientRefused, pushedAuthorizationRefused, pushedAuthorizationResponseInvalid
    case deviceAuthorizationRefused, deviceAuthorizationInvalid
    case tokenRequestRefused, tokenResponseInvalid, refreshRefused, userInfoInvalid, userInfoSubjectMismatch
    case userInfoKeyUnknown, userInfoSignatureInvalid, userInfoUndecryptable
    // The authorization response.
    case authorizationRefused, authorizationFailed, providerUnavailable
    case loginRequired, interactionRequired, consentRequired, accountSelectionRequired, unmetAuthenticationRequirements
    case responseMalformed, responseModeMismatch, responseRedirectURIMismatch
    case responseIssuerMismatch, responseIssuerMissing
    case responseAlgorithmRefused, responseKeyUnknown, responseSignatureInvalid, responseAudienceMismatch,
        responseExpired
    case stateMissing, stateMismatch, loginExpired, loginReplayed
    // The authorization rules.
    case userNotAllowed
    // The ID token.
    case idTokenMissing, idTokenMalformed, idTokenTypeRefused, idTokenAlgorithmRefused
    case idTokenKeyUnknown, idTokenSignatureInvalid, idTokenUndecryptable
    case idTokenIssuerMismatch, idTokenAudienceMismatch, idTokenAuthorizedPartyMismatch, idTokenSubjectInvalid
    case idTokenSubjectMismatch
    case idTokenExpired, idTokenTooOld, idTokenNotYetValid, idTokenIssuedInFuture
    case idTokenNonceMismatch, idTokenClaimInvalid
    case idTokenAccessTokenHashMismatch, idTokenAuthenticationTooOld, idTokenContextMismatch
    // A logout that the provider reports.
    case logoutTokenInvalid, logoutTokenKeyUnknown, logoutTokenSignatureInvalid, logoutTokenReplayed
    case frontchannelLogoutInvalid, sessionEndNotRemembered
    // A browser's proof of its device.
    case deviceProofInvalid
    // Access tokens that clients present.
    case accessTokenInvalid, accessTokenKeyUnknown, accessTokenSignatureInvalid, accessTokenProofInvalid
    case insufficientScope, authorizationHeaderInvalid, introspectionRefused, introspectionInvalid
    // Refused requests.
    case crossSiteRequest, methodNotAllowed, webSocketHandshake, requestIncomplete, notSignedIn, tokenUnavailable
    // Errors of the system and the library.
    case randomnessUnavailable, cryptographyFailed, internalError
}

extension ErrorCode {
    /// The properties of a code.
    package struct Entry {
        /// Stable: programs compare it.
        package let name: StaticString
        package let category: Category
        package let httpStatus: Int32
        /// What the error page tells the user; see also `Failure.advice`.
        package let advice: Advice
    }

    /// What a user can do about it: the sentences of the error page.
    package enum Advice {
        case tryAgain, startOver, cancelled, notAllowed, askOperator, providerTrouble, notDone, signOutFirst
        case signIn, interact, consent, chooseAccount, authenticateStronger, authenticateAnew
        /// Signs in at this site: the session ended, or there was none.
        case needsLogin
    }

    /// Whether a JWK set fetched anew may contain the key of a signature: it is missing, or was replaced under its kid.
    package var mayMeanNewKeys: Bool {
        switch self {
        case .idTokenKeyUnknown, .userInfoKeyUnknown, .responseKeyUnknown, .idTokenSignatureInvalid,
            .userInfoSignatureInvalid, .responseSignatureInvalid, .logoutTokenKeyUnknown, .logoutTokenSignatureInvalid,
            .accessTokenKeyUnknown, .accessTokenSignatureInvalid:
            true
        default: false
        }
    }

    /// Whether a refresh that fails so ends the session: the provider no longer stands by it, or speaks of someone else. No
    /// outage does, nor a fault of the operator's.
    package var endsSession: Bool {
        switch self {
        case .refreshRefused, .idTokenIssuerMismatch, .idTokenAudienceMismatch, .idTokenAuthorizedPartyMismatch,
            .idTokenSubjectMismatch, .userInfoSubjectMismatch, .userNotAllowed, .sessionTooLarge:
            true
        default: false
        }
    }

    /// Whether it says that a provider's answer is unusable, rather than missing: a user may have caused it, by a claim
    /// that cannot be read.
    package var isOfAnAnswer: Bool {
        switch self {
        case .responseTooLarge, .tokenResponseInvalid, .userInfoInvalid: true
        default: entry.category == .tokenInvalid
        }
    }

    package var entry: Entry {
        let entry = { (name: StaticString, category: Category, status: Int32, advice: Advice) in
            Entry(name: name, category: category, httpStatus: status, advice: advice)
        }
        return switch self {
        case .invalidArgument: entry("invalid_argument", .invalidArgument, 400, .askOperator)
        case .invalidHandle: entry("invalid_handle", .invalidArgument, 500, .askOperator)
        case .invalidText: entry("invalid_text", .invalidArgument, 400, .askOperator)
        case .outOfSequence: entry("out_of_sequence", .invalidArgument, 500, .askOperator)
        case .providerUnknown: entry("provider_unknown", .invalidArgument, 404, .askOperator)
        case .optionUnknown: entry("option_unknown", .invalidArgument, 500, .askOperator)
        case .optionInvalid: entry("option_invalid", .invalidArgument, 400, .askOperator)
        case .otherRequestBound: entry("other_request_bound", .invalidArgument, 500, .askOperator)
        case .exchangePending: entry("exchange_pending", .invalidArgument, 500, .askOperator)
        case .noRequestBound: entry("no_request_bound", .noRequest, 500, .askOperator)

        case .tooLarge: entry("too_large", .limitExceeded, 413, .askOperator)
        case .bufferTooSmall: entry("buffer_too_small", .limitExceeded, 500, .askOperator)
        case .sessionTooLarge: entry("session_too_large", .limitExceeded, 500, .askOperator)
        case .cookiesTooLarge: entry("cookies_too_large", .limitExceeded, 431, .signOutFirst)

        case .configurationInvalid: entry("configuration_invalid", .configurationError, 500, .askOperator)

        case .providerUnreachable: entry("provider_unreachable", .networkError, 502, .providerTrouble)
        case .providerTimeout: entry("provider_timeout", .networkError, 504, .providerTrouble)
        case .providerTLSFailed: entry("provider_tls_failed", .networkError, 502, .askOperator)
        case .providerAddressRefused: entry("provider_address_refused", .networkError, 502, .askOperator)
        case .responseTooLarge: entry("response_too_large", .networkError, 502, .askOperator)
        case .networkLibraryMissing: entry("network_library_missing", .networkError, 500, .askOperator)

        case .sessionStoreFailed: entry("session_store_failed", .networkError, 503, .providerTrouble)

        case .metadataInvalid: entry("metadata_invalid", .providerError, 502, .askOperator)
        case .metadataIssuerMismatch: entry("metadata_issuer_mismatch", .providerError, 502, .askOperator)
        case .jwkSetInvalid: entry("jwk_set_invalid", .providerError, 502, .providerTrouble)
        case .providerStatus: entry("provider_status", .providerError, 502, .providerTrouble)
        case .clientRefused: entry("client_refused", .providerError, 502, .askOperator)
        case .pushedAuthorizationRefused: entry("pushed_authorization_refused", .providerError, 502, .askOperator)
        case .pushedAuthorizationResponseInvalid:
            entry("pushed_authorization_response_invalid", .providerError, 502, .providerTrouble)
        case .deviceAuthorizationRefused: entry("device_authorization_refused", .providerError, 502, .askOperator)
        case .deviceAuthorizationInvalid:
            entry("device_authorization_response_invalid", .providerError, 502, .providerTrouble)
        case .tokenRequestRefused: entry("token_request_refused", .providerError, 502, .providerTrouble)
        case .tokenResponseInvalid: entry("token_response_invalid", .providerError, 502, .askOperator)
        case .refreshRefused: entry("refresh_refused", .authorizationDenied, 401, .needsLogin)
        case .userInfoInvalid: entry("userinfo_invalid", .providerError, 502, .askOperator)
        case .userInfoSubjectMismatch: entry("userinfo_subject_mismatch", .tokenInvalid, 403, .askOperator)
        case .userInfoKeyUnknown: entry("userinfo_key_unknown", .tokenInvalid, 403, .providerTrouble)
        case .userInfoSignatureInvalid: entry("userinfo_signature_invalid", .tokenInvalid, 403, .askOperator)
        case .userInfoUndecryptable: entry("userinfo_undecryptable", .tokenInvalid, 403, .askOperator)

        case .authorizationRefused: entry("authorization_refused", .authorizationDenied, 403, .cancelled)
        case .loginRequired: entry("login_required", .authorizationDenied, 403, .signIn)
        case .interactionRequired: entry("interaction_required", .authorizationDenied, 403, .interact)
        case .consentRequired: entry("consent_required", .authorizationDenied, 403, .consent)
        case .accountSelectionRequired:
            entry("account_selection_required", .authorizationDenied, 403, .chooseAccount)
        case .unmetAuthenticationRequirements:
            entry("unmet_authentication_requirements", .authorizationDenied, 403, .authenticateStronger)
        case .authorizationFailed: entry("authorization_failed", .providerError, 502, .askOperator)
        case .providerUnavailable: entry("provider_unavailable", .providerError, 503, .providerTrouble)
        case .responseMalformed: entry("response_malformed", .loginInvalid, 400, .startOver)
        case .responseModeMismatch: entry("response_mode_mismatch", .loginInvalid, 400, .askOperator)
        case .responseRedirectURIMismatch:
            entry("response_redirect_uri_mismatch", .loginInvalid, 400, .startOver)
        case .responseIssuerMismatch: entry("response_issuer_mismatch", .loginInvalid, 400, .startOver)
        case .responseIssuerMissing: entry("response_issuer_missing", .loginInvalid, 400, .askOperator)
        case .responseAlgorithmRefused: entry("response_algorithm_refused", .loginInvalid, 400, .askOperator)
        case .responseKeyUnknown: entry("response_key_unknown", .loginInvalid, 400, .providerTrouble)
        case .responseSignatureInvalid: entry("response_signature_invalid", .loginInvalid, 400, .startOver)
        case .responseAudienceMismatch: entry("response_audience_mismatch", .loginInvalid, 400, .askOperator)
        case .responseExpired: entry("response_expired", .loginInvalid, 400, .tryAgain)
        case .stateMissing: entry("state_missing", .loginInvalid, 400, .startOver)
        case .stateMismatch: entry("state_mismatch", .loginInvalid, 400, .startOver)
        case .loginExpired: entry("login_expired", .loginInvalid, 400, .tryAgain)
        case .loginReplayed: entry("login_replayed", .loginInvalid, 400, .startOver)

        case .userNotAllowed: entry("user_not_allowed", .authorizationDenied, 403, .notAllowed)

        case .idTokenMissing: entry("id_token_missing", .tokenInvalid, 502, .askOperator)
        case .idTokenMalformed: entry("id_token_malformed", .tokenInvalid, 403, .askOperator)
        case .idTokenTypeRefused: entry("id_token_type_refused", .tokenInvalid, 403, .askOperator)
        case .idTokenAlgorithmRefused: entry("id_token_algorithm_refused", .tokenInvalid, 403, .askOperator)
        case .idTokenKeyUnknown: entry("id_token_key_unknown", .tokenInvalid, 403, .providerTrouble)
        case .idTokenSignatureInvalid: entry("id_token_signature_invalid", .tokenInvalid, 403, .askOperator)
        case .idTokenUndecryptable: entry("id_token_undecryptable", .tokenInvalid, 403, .askOperator)
        case .idTokenIssuerMismatch: entry("id_token_issuer_mismatch", .tokenInvalid, 403, .askOperator)
        case .idTokenAudienceMismatch: entry("id_token_audience_mismatch", .tokenInvalid, 403, .askOperator)
        case .idTokenAuthorizedPartyMismatch:
            entry("id_token_authorized_party_mismatch", .tokenInvalid, 403, .askOperator)
        case .idTokenSubjectInvalid: entry("id_token_subject_invalid", .tokenInvalid, 403, .askOperator)
        case .idTokenSubjectMismatch: entry("id_token_subject_mismatch", .tokenInvalid, 403, .askOperator)
        case .idTokenExpired: entry("id_token_expired", .tokenInvalid, 403, .askOperator)
        case .idTokenTooOld: entry("id_token_too_old", .tokenInvalid, 403, .askOperator)
        case .idTokenNotYetValid: entry("id_token_not_yet_valid", .tokenInvalid, 403, .askOperator)
        case .idTokenIssuedInFuture: entry("id_token_issued_in_future", .tokenInvalid, 403, .askOperator)
        case .idTokenNonceMismatch: entry("id_token_nonce_mismatch", .tokenInvalid, 403, .startOver)
        case .idTokenClaimInvalid: entry("id_token_claim_invalid", .tokenInvalid, 403, .askOperator)
        case .idTokenAccessTokenHashMismatch:
            entry("id_token_access_token_hash_mismatch", .tokenInvalid, 403, .askOperator)
        case .idTokenAuthenticationTooOld:
            entry("id_token_authentication_too_old", .tokenInvalid, 403, .authenticateAnew)
        case .idTokenContextMismatch: entry("id_token_context_mismatch", .tokenInvalid, 403, .authenticateStronger)

        case .logoutTokenInvalid: entry("logout_token_invalid", .tokenInvalid, 400, .notDone)
        case .logoutTokenKeyUnknown: entry("logout_token_key_unknown", .tokenInvalid, 400, .notDone)
        case .logoutTokenSignatureInvalid: entry("logout_token_signature_invalid", .tokenInvalid, 400, .notDone)
        case .logoutTokenReplayed: entry("logout_token_replayed", .tokenInvalid, 400, .notDone)
        case .frontchannelLogoutInvalid: entry("frontchannel_logout_invalid", .requestRefused, 400, .notDone)
        case .sessionEndNotRemembered: entry("session_end_not_remembered", .internalError, 503, .notDone)

        case .deviceProofInvalid: entry("device_proof_invalid", .tokenInvalid, 400, .notDone)
        case .accessTokenInvalid: entry("access_token_invalid", .tokenInvalid, 401, .notDone)
        case .accessTokenKeyUnknown: entry("access_token_key_unknown", .tokenInvalid, 401, .notDone)
        case .accessTokenSignatureInvalid: entry("access_token_signature_invalid", .tokenInvalid, 401, .notDone)
        case .accessTokenProofInvalid: entry("dpop_proof_invalid", .tokenInvalid, 401, .notDone)
        case .insufficientScope: entry("insufficient_scope", .authorizationDenied, 403, .notAllowed)
        case .authorizationHeaderInvalid: entry("authorization_header_invalid", .requestRefused, 400, .notDone)
        case .introspectionRefused: entry("introspection_refused", .providerError, 502, .providerTrouble)
        case .introspectionInvalid: entry("introspection_response_invalid", .providerError, 502, .providerTrouble)

        case .crossSiteRequest: entry("cross_site_request", .requestRefused, 403, .notDone)
        case .methodNotAllowed: entry("method_not_allowed", .requestRefused, 405, .notDone)
        case .webSocketHandshake: entry("websocket_handshake", .requestRefused, 400, .notDone)
        case .requestIncomplete: entry("request_incomplete", .requestRefused, 400, .notDone)
        case .notSignedIn: entry("not_signed_in", .requestRefused, 401, .needsLogin)

        case .tokenUnavailable: entry("token_unavailable", .requestRefused, 401, .needsLogin)

        case .randomnessUnavailable: entry("randomness_unavailable", .cryptographyError, 500, .askOperator)
        case .cryptographyFailed: entry("cryptography_failed", .cryptographyError, 500, .askOperator)
        case .internalError: entry("internal_error", .internalError, 500, .askOperator)
        }
    }
}

extension Failure {
    /// What the error page tells the user.
    package var advice: ErrorCode.Advice {
        switch (code, providerCode) {
        // The code was too old, or used before: the next one is not.
        case (.tokenRequestRefused, "invalid_grant"): .tryAgain
        default: code.entry.advice
        }
    }
}
