import Basics
import CStauth
import TestSupport
import Testing

/// What programs compare must not change or clash.
@Suite struct ErrorCodeTests {
    @Test(arguments: ErrorCode.allCases)
    func nameIsInSnakeCase(code: ErrorCode) {
        let name = Text(code.entry.name).string
        #expect(name.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil)
    }

    @Test func namesAreUnique() {
        let names = Set(ErrorCode.allCases.map { Text($0.entry.name).string })
        #expect(names.count == ErrorCode.allCases.count)
    }

    @Test("RFC 9110 15.5, 15.6", arguments: ErrorCode.allCases)
    func statusIsAnError(code: ErrorCode) {
        #expect((400...599).contains(code.entry.httpStatus))
    }

    @Test func everyCategoryIsUsed() {
        let used = Set(ErrorCode.allCases.map { $0.entry.category.rawValue })
        #expect(used == Set(1...12))
    }

    /// The categories are the values of st_status.
    @Test(
        arguments: [
            (.invalidArgument, ST_INVALID_ARGUMENT), (.configurationError, ST_CONFIGURATION_ERROR),
            (.networkError, ST_NETWORK_ERROR), (.providerError, ST_PROVIDER_ERROR),
            (.authorizationDenied, ST_AUTHORIZATION_DENIED), (.tokenInvalid, ST_TOKEN_INVALID),
            (.loginInvalid, ST_LOGIN_INVALID), (.requestRefused, ST_REQUEST_REFUSED),
            (.limitExceeded, ST_LIMIT_EXCEEDED), (.noRequest, ST_NO_REQUEST),
            (.cryptographyError, ST_CRYPTOGRAPHY_ERROR), (.internalError, ST_INTERNAL_ERROR),
        ].map { (category: Basics.Category, status) in (category, Int32(status)) })
    func categoryIsThatOfTheHeader(category: Basics.Category, status: Int32) {
        #expect(category.rawValue == status)
    }

    @Test("No provider chooses a code of ours")
    func nameIsOurs() {
        let failure = Failure(.authorizationFailed, "no", providerCode: "user_not_allowed")
        #expect(failure.name == "authorization_failed")
        #expect(failure.providerCode == "user_not_allowed")
    }

    @Test("What a provider says has an end", arguments: ["x", "ä"])
    func providerTextIsCut(character: String) {
        let long = Text(String(repeating: character, count: 5000))
        let failure = Failure(.authorizationFailed, "no", providerCode: long, providerDescription: long)
        #expect(failure.providerCode?.count == 64 && failure.providerDescription?.count == 512)
        let empty = Failure(.authorizationFailed, "no", providerCode: "", providerDescription: "")
        #expect(empty == Failure(.authorizationFailed, "no"))
    }
}
