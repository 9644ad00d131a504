/// A picture in memory: 8-bit red, green and blue, row by row from the top left.
package struct Raster: Sendable, Hashable {
    /// Red, green and blue, 0…255 each.
    package struct Colour: Sendable, Hashable {
        package var red, green, blue: UInt8

        package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
            self.red = red
            self.green = green
            self.blue = blue
        }

        package init(grey: UInt8) { self.init(grey, grey, grey) }

        static let black = Colour(grey: 0)
        static let white = Colour(grey: 255)
    }

    package let width: Int
    package let height: Int
    /// (height, width, 3)
    package private(set) var bytes: [UInt8]

    package init(width: Int, height: Int, filledWith colour: Colour = Colour(grey: 0)) {
        precondition(width > 0 && height > 0, "a picture has pixels")
        self.width = width
        self.height = height
        bytes = [UInt8](repeating: 0, count: width * height * 3)
        if colour != Colour(grey: 0) { fill(x: 0, y: 0, width: width, height: height, with: colour) }
    }

    /// The pixel in column `x` from the left and row `y` from the top; writing outside the picture does nothing.
    package subscript(x: Int, y: Int) -> Colour {
        get {
            precondition(contains(x, y), "inside the picture")
            let at = (y * width + x) * 3
            return Colour(bytes[at], bytes[at + 1], bytes[at + 2])
        }
        set {
            guard contains(x, y) else { return }
            let at = (y * width + x) * 3
            bytes[at] = newValue.red
            bytes[at + 1] = newValue.green
            bytes[at + 2] = newValue.blue
        }
    }

    func contains(_ x: Int, _ y: Int) -> Bool { x >= 0 && x < width && y >= 0 && y < height }

    /// True where every pixel is grey, so that one byte a pixel is enough.
    var isGrey: Bool {
        for at in stride(from: 0, to: bytes.count, by: 3)
        where bytes[at] != bytes[at + 1] || bytes[at] != bytes[at + 2] { return false }
        return true
    }

    package mutating func fill(x: Int, y: Int, width: Int, height: Int, with colour: Colour) {
        for row in y..<(y + height) {
            for column in x..<(x + width) { self[column, row] = colour }
        }
    }

    /// The frame of a rectangle, `dash` pixels drawn and `dash` left out; 0 draws it whole.
    mutating func outline(x: Int, y: Int, width: Int, height: Int, dash: Int = 0, with colour: Colour) {
        func isDrawn(_ step: Int) -> Bool { dash == 0 || (step / dash).isMultiple(of: 2) }
        for step in 0..<max(width, 0) where isDrawn(step) {
            self[x + step, y] = colour
            self[x + step, y + height - 1] = colour
        }
        for step in 0..<max(height, 0) where isDrawn(step) {
            self[x, y + step] = colour
            self[x + width - 1, y + step] = colour
        }
    }

    /// Copies `other` with its top left corner at (x, y).
    mutating func draw(_ other: Raster, x: Int, y: Int) {
        for row in 0..<other.height {
            for column in 0..<other.width { self[x + column, y + row] = other[column, row] }
        }
    }
}
