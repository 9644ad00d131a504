import ConvNet
import Testing

/// Which kernels run, and that those of every instruction set compute the same.
@Suite struct KernelSetTests {
    @Test func everyProcessorHasThePlainKernelsAndPrefersOthers() throws {
        let names = KernelSet.supported.map(\.instructions)
        #expect(names.last == .plain)
        #expect(names == KernelSet.Instructions.allCases.suffix(names.count))
        #expect(try KernelSet.named(nil).instructions == names.first)
        #expect(try KernelSet.named("").instructions == names.first)
    }

    @Test func everySupportedSetIsFoundByItsName() throws {
        for set in KernelSet.supported {
            #expect(try KernelSet.named(set.instructions.rawValue).instructions == set.instructions)
        }
    }

    @Test func unknownNameIsRefused() {
        let error = #expect(throws: ConvNetError.self) { try KernelSet.named("avx1024") }
        #expect(error?.code == .kernelsUnsupported)
        #expect(error?.message.contains("plain") == true)
        #expect(error?.subject == "avx1024")
    }

    @Test(arguments: KernelSet.supported.map(\.instructions))
    func productEqualsItsDefinition(_ instructions: KernelSet.Instructions) throws {
        let set = try KernelSet.named(instructions.rawValue)
        var generator = SeededGenerator(seed: 5)
        for (rows, columns, depth, panel) in [
            (4, 16, 1, 16), (6, 64, 17, 64), (8, 96, 5, 48), (10, 64, 64, 32), (22, 128, 9, 64), (12, 80, 3, 16),
        ] {
            for transposed in [false, true] {
                for adds in [false, true] {
                    func values(_ count: Int) -> [Float] {
                        (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
                    }
                    let (a, b, before) = (values(rows * depth), values(depth * columns), values(rows * columns))
                    let (aRow, aDepth) = transposed ? (1, rows) : (depth, 1)
                    var c = before
                    set.multiply(
                        rows, columns, depth, panel, a, aRow, aDepth, b, panel, depth * panel, &c, columns, adds)
                    for row in 0..<rows {
                        for column in 0..<columns {
                            var sum = adds ? Double(before[row * columns + column]) : 0
                            for k in 0..<depth {
                                let place = column / panel * depth * panel + k * panel + column % panel
                                sum += Double(a[row * aRow + k * aDepth]) * Double(b[place])
                            }
                            let got = Double(c[row * columns + column])
                            guard abs(got - sum) > 1e-5 else { continue }
                            Issue.record("\(rows)×\(columns)×\(depth), panel \(panel): \(got) instead of \(sum)")
                            return
                        }
                    }
                }
            }
        }
    }
}
