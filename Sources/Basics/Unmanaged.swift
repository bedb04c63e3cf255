extension Unmanaged {
    /// Runs `body` with the object, which somebody else keeps alive meanwhile, without counting a reference: threads that
    /// count references to one object wait for each other.
    package func withObject<Value, Problem: Error>(
        _ body: (Instance) throws(Problem) -> Value
    ) throws(Problem) -> Value {
        let result: Result<Value, Problem> = unsafe _withUnsafeGuaranteedRef { object in
            Result { () throws(Problem) in try body(object) }
        }
        return try result.get()
    }
}
