package import Basics

extension HostRequest {
    /// Makes the response the page about an error that nothing in the host has dealt with: by the code of the last failure
    /// on this request, which may be the provider's, or one of ours. Any other counts as a defect. The page has nothing but
    /// the code: the message is for developers.
    package func refuse(code name: Text) {
        let code = ErrorCode.allCases.first { name == $0.entry.name } ?? .internalError
        let failure = failure.flatMap { $0.name == name ? $0 : nil } ?? Failure(code, "")
        let leadsHome = failure.code.entry.advice == .notDone
        response = ErrorPage.response(for: failure, retry: leadsHome ? application.homePath : currentPage)
    }
}
