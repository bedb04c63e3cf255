import Cookies
import Environment

extension HostRequest {
    /// Tells the operator that servers in front may not pass this response on: nothing more could be left out.
    func reportLongHeaders() {
        let length = HeaderBudget.length(of: responseHeaders)
        guard response != nil, length > HeaderBudget.response else { return }
        application.environment.report(.responseHeadersTooLarge(bytes: length))
    }
}
