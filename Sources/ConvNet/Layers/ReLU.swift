/// max(x, 0) in place; NaN stays NaN.
enum ReLU {
    static func apply(_ values: UnsafeMutablePointer<Float>, _ count: Int) {
        for i in 0..<count { values[i] = values[i] < 0 ? 0 : values[i] }
    }
}
