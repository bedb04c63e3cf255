internal import Dispatch

/// Makes a call that blocks on a thread of Dispatch's, so that none of the tasks' need wait.
func elsewhere<Value: Sendable>(
    _ call: @escaping @Sendable () throws(StauthError) -> Value
) async throws(StauthError) -> Value {
    let outcome: Result<Value, StauthError> = await withCheckedContinuation { continuation in
        DispatchQueue.global().async {
            do throws(StauthError) {
                continuation.resume(returning: .success(try call()))
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
    }
    return try outcome.get()
}
