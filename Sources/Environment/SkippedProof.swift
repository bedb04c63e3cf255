package import Basics

extension Event {
    /// Why a browser has not asked for a proof (Device Bound Session Credentials, "Secure-Session-Skipped").
    package enum SkippedProof: CaseIterable, Sendable {
        case unreachable, serverError, quotaExceeded

        package var text: Text {
            switch self {
            case .unreachable: "unreachable"
            case .serverError: "server_error"
            case .quotaExceeded: "quota_exceeded"
            }
        }
    }
}
