import Basics
import Environment
import OpenIDConnect
import Provider

/// A flow that may stop at requests to a provider and run again from its start with the answers.
struct FlowRun {
    /// Its result; nil if the host's page follows.
    typealias Flow = (FlowContext) throws(Failure) -> Answer?

    enum Purpose {
        /// Begins the request.
        case request
        /// The same, and the request goes on afterwards.
        case refreshFirst, token
        /// Page code asked for it: nobody handles its failure once it has waited.
        case page
        /// The same, but page code asks again once it has waited.
        case refresh
    }

    let purpose: Purpose
    private let context: FlowContext
    /// Nil under the blocking driver.
    private let journal: Journal?
    private let flow: Flow

    init(_ environment: Environment, _ now: Now, for purpose: Purpose = .request, _ flow: @escaping Flow) {
        journal = environment.transport == nil ? Journal(environment) : nil
        context = FlowContext(environment, now: now, journal: journal)
        self.purpose = purpose
        self.flow = flow
    }

    var now: Now { context.now }

    /// The request at which it has stopped.
    var pending: ProviderRequest? { journal?.pending }

    /// Runs it to its end or the next stop; the result of a run that stopped is meaningless. `answer`: the answer to the
    /// request at which it last stopped.
    func advance(with answer: Result<HTTPResponse, Failure>? = nil) -> Result<Answer?, Failure> {
        journal?.rewind(answer: answer)
        do throws(Failure) {
            return .success(try flow(context))
        } catch {
            return .failure(context.secrets.hide(in: error))
        }
    }
}
