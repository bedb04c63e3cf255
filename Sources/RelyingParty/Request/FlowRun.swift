import Basics
import Environment
import Provider

/// A flow that may stop at requests to a provider and run again from its start with the answers.
struct FlowRun {
    /// What it makes of the request; nil if the host's page follows.
    typealias Flow = (FlowContext) throws(Failure) -> Answer?

    /// Whether page code asked for it, so that nobody is there to take its failure once it has waited.
    let isOfPage: Bool
    private let context: FlowContext
    /// Nil under the blocking driver.
    private let journal: Journal?
    private let flow: Flow

    init(_ environment: Environment, _ now: Now, isOfPage: Bool = false, _ flow: @escaping Flow) {
        journal = environment.transport == nil ? Journal(environment) : nil
        context = FlowContext(environment, now: now, journal: journal)
        self.isOfPage = isOfPage
        self.flow = flow
    }

    /// The request that it has stopped at.
    var pending: ProviderRequest? { journal?.pending }

    /// Runs it to its end or the next stop; what a run that stopped gives has no meaning. `answer`: to the request that it
    /// stopped at before.
    func advance(with answer: Result<HTTPResponse, Failure>? = nil) -> Result<Answer?, Failure> {
        journal?.rewind(answer: answer)
        do throws(Failure) {
            return .success(try flow(context))
        } catch {
            return .failure(error)
        }
    }
}
