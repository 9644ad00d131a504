/// Where the time of a forward pass goes: each layer's median, and what part of the machine's arithmetic it amounts to.
package struct ProfileTable: Sendable {
    package struct Row: Sendable, Hashable {
        package let name: String
        package let seconds: Double
        /// Multiplications and additions of the direct sum. A fast algorithm does fewer, so its share of the peak can be
        /// more than 1.
        package let operations: Int
    }

    package let rows: [Row]
    /// Operations per second that all threads together could do.
    package let peak: Double

    /// - Parameter passes: every pass has the same layers in the same order.
    package init(passes: [[LayerProfile.Layer]], peak: Double) {
        rows = (passes.first ?? []).indices.map { index in
            let layer = passes[0][index]
            return Row(
                name: layer.name, seconds: passes.map { $0[index].seconds }.median ?? 0, operations: layer.operations)
        }
        self.peak = peak
    }

    package var seconds: Double { rows.reduce(0) { $0 + $1.seconds } }

    /// Cells for a table: head, layers, sum.
    package var cells: [[String]] {
        let total = Row(name: "all", seconds: seconds, operations: rows.reduce(0) { $0 + $1.operations })
        return [["LAYER", "MS", "TIME %", "GFLOP", "GFLOP/S", "PEAK %"]] + (rows + [total]).map(cells)
    }

    /// What the last column is a share of.
    package var note: String {
        "100 % is \(Decimals.text(peak / 1e9, 0)) GFLOP/s of fused multiplications and additions, measured here. Layers are "
            + "counted with the operations of the direct sum; fast algorithms do fewer and can be above 100 %."
    }

    private func cells(_ row: Row) -> [String] {
        let rate = row.seconds > 0 ? Double(row.operations) / row.seconds : 0
        let part = seconds > 0 ? row.seconds / seconds : 0
        let isCounted = row.operations > 0
        return [
            row.name, Decimals.text(row.seconds * 1e3, 2), Decimals.text(part * 100, 1),
            isCounted ? Decimals.text(Double(row.operations) / 1e9, 2) : "-",
            isCounted ? Decimals.text(rate / 1e9, 0) : "-",
            isCounted && peak > 0 ? Decimals.text(rate / peak * 100, 0) : "-",
        ]
    }
}
