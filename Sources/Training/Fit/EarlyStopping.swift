/// Ends training where the validation loss does not fall any more.
package struct EarlyStopping: Sendable, Codable, Hashable {
    package let patience: Int
    /// Infinite before the first epoch.
    package private(set) var best = Double.infinity
    /// Counted from 0, in the order of the calls of `step`; nil before the first loss below infinity.
    package private(set) var bestEpoch: Int?
    package private(set) var epochs = 0

    /// - Parameter patience: epochs without a smaller loss, after which training ends.
    package init(patience: Int) { self.patience = patience }

    /// Takes in the validation loss of an epoch.
    ///
    /// - Returns: true where it is the smallest so far: its weights are to be kept.
    @discardableResult
    package mutating func step(_ loss: Double) -> Bool {
        defer { epochs += 1 }
        guard loss < best else { return false }
        best = loss
        bestEpoch = epochs
        return true
    }

    /// True after `patience` epochs without a smaller loss.
    package var isOver: Bool { epochs - 1 - (bestEpoch ?? -1) >= patience }
}
