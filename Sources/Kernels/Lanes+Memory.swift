extension Lanes {
    /// Floats of one vector.
    @inline(__always) static var width: Int { MemoryLayout<Lanes>.size / MemoryLayout<Float>.size }

    @inline(__always) init(at place: UnsafePointer<Float>) {
        self = UnsafeRawPointer(place).loadUnaligned(as: Lanes.self)
    }

    @inline(__always) func store(_ place: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(place).storeBytes(of: self, as: Lanes.self)
    }
}
