/// Columns that can be finished while they are still in registers.
protocol EpilogueColumns: Columns {
    mutating func add(_ other: Self)
    /// Negative values become zero; NaN stays.
    mutating func rectify()
}

extension Lanes {
    /// Negative values are zero; NaN stays.
    @inline(__always) var rectified: Lanes { replacing(with: 0, where: self .< 0) }
}

extension OneColumn: EpilogueColumns {
    @inline(__always) mutating func add(_ other: OneColumn) { v0 += other.v0 }
    @inline(__always) mutating func rectify() { v0 = v0.rectified }
}

extension TwoColumns: EpilogueColumns {
    @inline(__always) mutating func add(_ other: TwoColumns) {
        v0 += other.v0
        v1 += other.v1
    }
    @inline(__always) mutating func rectify() {
        v0 = v0.rectified
        v1 = v1.rectified
    }
}

extension FourColumns: EpilogueColumns {
    @inline(__always) mutating func add(_ other: FourColumns) {
        low.add(other.low)
        high.add(other.high)
    }
    @inline(__always) mutating func rectify() {
        low.rectify()
        high.rectify()
    }
}
