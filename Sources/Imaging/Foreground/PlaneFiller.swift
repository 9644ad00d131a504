/// Fills the holes of one plane of a mask after the other, with one scratch plane for all.
struct PlaneFiller {
    private let rows: ClosedRange<Int>
    private let columns: ClosedRange<Int>
    /// One cell wider than the box on every side, so that the outside is connected: 0 unknown, 1 outside, 2 mask.
    private var cells: [UInt8]
    private var stack: [Int] = []

    init(rows: ClosedRange<Int>, columns: ClosedRange<Int>) {
        self.rows = rows
        self.columns = columns
        cells = [UInt8](repeating: 0, count: (rows.count + 2) * (columns.count + 2))
    }

    /// Adds to `filled` every voxel of the plane that the mask keeps apart from the plane's border.
    mutating func fill(
        _ mask: [UInt8], _ filled: inout [UInt8], start: Int, rowStride: Int, columnStride: Int
    ) {
        let width = columns.count + 2
        let origin = start + rows.lowerBound * rowStride + columns.lowerBound * columnStride
        let (rowCount, columnCount) = (rows.count, columns.count)
        stack.removeAll(keepingCapacity: true)
        cells.withUnsafeMutableBufferPointer { cells in
            cells.update(repeating: 0)
            mask.withUnsafeBufferPointer { mask in
                for r in 0..<rowCount {
                    for c in 0..<columnCount where mask[origin + r * rowStride + c * columnStride] != 0 {
                        cells[(r + 1) * width + c + 1] = 2
                    }
                }
            }
            cells[0] = 1
            stack.append(0)
            while let at = stack.popLast() {
                for next in [at - 1, at + 1, at - width, at + width]
                where next >= 0 && next < cells.count && cells[next] == 0 {
                    cells[next] = 1
                    stack.append(next)
                }
            }
            filled.withUnsafeMutableBufferPointer { filled in
                for r in 0..<rowCount {
                    for c in 0..<columnCount where cells[(r + 1) * width + c + 1] == 0 {
                        filled[origin + r * rowStride + c * columnStride] = 1
                    }
                }
            }
        }
    }
}
