/// Looks at the time of every layer of a forward pass. The clock comes in from outside.
package struct LayerProfile {
    /// One layer that has run.
    package struct Layer: Sendable, Hashable {
        /// As in the parameters' names, such as "layer2.0.conv1"; "conv1" includes the max-pool.
        package let name: String
        package let seconds: Double
        /// Multiplications and additions of the direct sum; a fast algorithm needs fewer. 0 where a layer only moves values.
        package let operations: Int

        package init(name: String, seconds: Double, operations: Int) {
            self.name = name
            self.seconds = seconds
            self.operations = operations
        }
    }

    /// Seconds since any fixed moment.
    let clock: () -> Double
    let report: (Layer) -> Void

    package init(clock: @escaping () -> Double, report: @escaping (Layer) -> Void) {
        self.clock = clock
        self.report = report
    }

    func measure<Result>(_ name: String, operations: Int, _ work: () -> Result) -> Result {
        let begin = clock()
        let result = work()
        report(Layer(name: name, seconds: clock() - begin, operations: operations))
        return result
    }
}
