import Basics
import Environment
import OpenIDConnect
import Provider
import Settings

extension Endpoint {
    /// Where providers report, without the browser, that sessions are over.
    static func logoutReports(_ settings: Settings) -> [Endpoint] {
        LogoutReport.allCases.filter { report in
            settings.providers.contains { $0.oauth2 == nil && $0.logout.reports.contains(report) }
        }.map { report in
            Endpoint(
                path: settings.basePath + report.path, methods: ["POST"], mayBlock: { _ in true },
                flow: { BackchannelLogout(visit: $0, report: report).run($1) },
                refusal: { .backchannelLogoutRefused($0, provider: $1) })
        }
    }
}
