package import Basics

extension HostRequest {
    /// Makes the response the page about an error that the host has not handled, by its code. One that is not ours counts as
    /// a defect. The page has nothing but the code: the message is for developers.
    package func refuse(code name: Text) {
        let code = ErrorCode.allCases.first { name == $0.entry.name } ?? .internalError
        let leadsHome = code.entry.advice == .notDone
        response = ErrorPage.response(for: Failure(code, ""), retry: leadsHome ? application.homePath : currentPage)
    }
}
