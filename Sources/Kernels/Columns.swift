/// A few vectors side by side in one row of a product, held in registers.
protocol Columns {
    /// Floats of one row.
    static var count: Int { get }
    /// Zeros.
    init()
    init(at place: UnsafePointer<Float>)
    func store(_ place: UnsafeMutablePointer<Float>)
    /// self += x · b
    mutating func add(_ x: Lanes, _ b: Self)
    /// self += b
    mutating func add(_ b: Self)
    /// Negative values, and negative zero, become zero; NaN stays.
    mutating func rectify()
}

struct OneColumn: Columns {
    var v0: Lanes

    @inline(__always) static var count: Int { Lanes.width }
    @inline(__always) init() { v0 = .zero }
    @inline(__always) init(at place: UnsafePointer<Float>) { v0 = Lanes(at: place) }
    @inline(__always) func store(_ place: UnsafeMutablePointer<Float>) { v0.store(place) }
    @inline(__always) mutating func add(_ x: Lanes, _ b: OneColumn) { v0 = fused(x, b.v0, v0) }
    @inline(__always) mutating func add(_ b: OneColumn) { v0 += b.v0 }
    @inline(__always) mutating func rectify() { v0 = v0.rectified }
}

struct TwoColumns: Columns {
    var v0: Lanes
    var v1: Lanes

    @inline(__always) static var count: Int { 2 &* Lanes.width }
    @inline(__always) init() {
        v0 = .zero
        v1 = .zero
    }
    @inline(__always) init(at place: UnsafePointer<Float>) {
        v0 = Lanes(at: place)
        v1 = Lanes(at: place + Lanes.width)
    }
    @inline(__always) func store(_ place: UnsafeMutablePointer<Float>) {
        v0.store(place)
        v1.store(place + Lanes.width)
    }
    @inline(__always) mutating func add(_ x: Lanes, _ b: TwoColumns) {
        v0 = fused(x, b.v0, v0)
        v1 = fused(x, b.v1, v1)
    }
    @inline(__always) mutating func add(_ b: TwoColumns) {
        v0 += b.v0
        v1 += b.v1
    }
    @inline(__always) mutating func rectify() {
        v0 = v0.rectified
        v1 = v1.rectified
    }
}

struct FourColumns: Columns {
    var low: TwoColumns
    var high: TwoColumns

    @inline(__always) static var count: Int { 4 &* Lanes.width }
    @inline(__always) init() {
        low = TwoColumns()
        high = TwoColumns()
    }
    @inline(__always) init(at place: UnsafePointer<Float>) {
        low = TwoColumns(at: place)
        high = TwoColumns(at: place + TwoColumns.count)
    }
    @inline(__always) func store(_ place: UnsafeMutablePointer<Float>) {
        low.store(place)
        high.store(place + TwoColumns.count)
    }
    @inline(__always) mutating func add(_ x: Lanes, _ b: FourColumns) {
        low.add(x, b.low)
        high.add(x, b.high)
    }
    @inline(__always) mutating func add(_ b: FourColumns) {
        low.add(b.low)
        high.add(b.high)
    }
    @inline(__always) mutating func rectify() {
        low.rectify()
        high.rectify()
    }
}
