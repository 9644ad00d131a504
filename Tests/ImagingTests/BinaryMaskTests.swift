import Imaging
import Testing

@Suite struct BinaryMaskTests {
    /// 1 where the character is not a dot; rows are axis 1, characters axis 2, one string per plane.
    private func mask(_ planes: [[String]]) -> BinaryMask {
        BinaryMask(
            shape: [planes.count, planes[0].count, planes[0][0].count],
            values: planes.flatMap { $0.flatMap { $0.map { $0 == "." ? 0 : 1 } } })
    }

    @Test func largestComponentJoinsRunsThatMeetLater() {
        // Two prongs that are one only through the last row, beside a smaller island.
        let m = mask([["#.#.#", "#.#..", "###.."]])
        #expect(m.largestComponent() == mask([["#.#..", "#.#..", "###.."]]))
    }

    @Test func diagonalNeighboursAreApart() {
        let m = mask([["##..", "..##"], ["....", "...#"]])
        #expect(m.largestComponent() == mask([["....", "..##"], ["....", "...#"]]))
        #expect(mask([["....", "...."]]).largestComponent().count == 0)
    }

    /// Against a plain flood fill, on random masks near the percolation threshold, where shapes are wildest.
    @Test(arguments: 1...20) func largestComponentEqualsFloodFill(seed: Int) {
        let shape: SIMD3<Int> = [7, 9, 8]
        var state = UInt64(seed)
        let values = (0..<(7 * 9 * 8)).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 40 < (1 << 24) * 34 / 100 ? 1 : 0
        }
        let m = BinaryMask(shape: shape, values: values)
        let found = m.largestComponent()
        let sizes = floodFillSizes(m)
        #expect(found.count == sizes.max() ?? 0)
        #expect(zip(found.values, values).allSatisfy { $0 <= $1 })
        #expect(floodFillSizes(found).count == 1)
    }

    @Test func holesOfAnyPlaneAreFilled() {
        // A ring in one plane: no closed hole in three dimensions, one in two.
        let m = mask([["....", "....", "...."], ["###.", "#.#.", "###."], ["....", "....", "...."]])
        let filled = mask([["....", "....", "...."], ["###.", "###.", "###."], ["....", "....", "...."]])
        #expect(m.holesFilled() == filled)
        let open = mask([["###", "#.#", "#.#"]])
        #expect(open.holesFilled() == open)
    }

    @Test func erosionAndDilationMoveFacesByOne() {
        let m = mask([["....", "....", "...."], ["....", ".#..", "...."], ["....", "....", "...."]])
        #expect(m.dilated().count == 7)
        #expect(m.dilated().eroded() == m)
        // The border is no outside.
        #expect(mask([["##", "##"]]).eroded().count == 4)
    }

    @Test func depthIsMeasuredInMillimetres() {
        var m = BinaryMask(shape: [21, 21, 21], values: [UInt8](repeating: 0, count: 9261))
        for i in 2...18 {
            for j in 2...18 { for k in 2...18 { m.values[(i * 21 + j) * 21 + k] = 1 } }
        }
        let depth = m.depthMM(spacingMM: [2, 1, 1])
        #expect(depth[(10 * 21 + 10) * 21 + 10] == 9)
        #expect(depth[(2 * 21 + 10) * 21 + 10] == 2)
        #expect(depth[(10 * 21 + 2) * 21 + 10] == 1)
        #expect(depth[0] == 0)
    }

    @Test func profilesCountPlanes() {
        let m = mask([["##.", "#.."], ["...", "..#"]])
        #expect(m.profiles == [[3, 1], [2, 2], [2, 1, 1]])
    }

    private func floodFillSizes(_ mask: BinaryMask) -> [Int] {
        let n = mask.shape
        var seen = [Bool](repeating: false, count: mask.values.count)
        var sizes: [Int] = []
        for seed in mask.values.indices where mask.values[seed] != 0 && !seen[seed] {
            var (stack, size) = ([seed], 0)
            seen[seed] = true
            while let at = stack.popLast() {
                size += 1
                let p: SIMD3<Int> = [at / (n.y * n.z), at / n.z % n.y, at % n.z]
                for d: SIMD3<Int> in [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]] {
                    let q = p &+ d
                    guard q.min() >= 0, q.x < n.x, q.y < n.y, q.z < n.z else { continue }
                    let to = (q.x * n.y + q.y) * n.z + q.z
                    if mask.values[to] != 0, !seen[to] {
                        seen[to] = true
                        stack.append(to)
                    }
                }
            }
            sizes.append(size)
        }
        return sizes
    }
}
