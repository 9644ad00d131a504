/// Letters of 5 × 7 dots for text that belongs to a picture and must not get lost from it.
enum BitmapFont {
    static let columns = 5
    static let rows = 7
    /// Width of a letter and the gap after it.
    static let advance = 6

    /// Seven rows of five dots, from the top; unknown characters are an empty box.
    static func rows(of character: Character) -> [String] {
        glyphs[character] ?? ["#####", "#...#", "#...#", "#...#", "#...#", "#...#", "#####"]
    }

    private static let glyphs: [Character: [String]] = {
        var result: [Character: [String]] = [" ": [String](repeating: ".....", count: rows)]
        let sheets: [(String, [String])] = [
            ("ABCDEFGHI", lettersAToI), ("JKLMNOPQR", lettersJToR), ("STUVWXYZmw", lettersSToZ),
            ("0123456789", digits), ("+-./=:()x%", signs),
        ]
        for (characters, sheet) in sheets {
            for (place, character) in characters.enumerated() {
                result[character] = sheet.map { line in
                    let start = line.index(line.startIndex, offsetBy: place * advance)
                    return String(line[start..<line.index(start, offsetBy: columns)])
                }
            }
        }
        return result
    }()

    private static let lettersAToI = [
        ".###. ####. .###. ####. ##### ##### .###. #...# .###.",
        "#...# #...# #...# #...# #.... #.... #...# #...# ..#..",
        "#...# #...# #.... #...# #.... #.... #.... #...# ..#..",
        "##### ####. #.... #...# ####. ####. #.### ##### ..#..",
        "#...# #...# #.... #...# #.... #.... #...# #...# ..#..",
        "#...# #...# #...# #...# #.... #.... #...# #...# ..#..",
        "#...# ####. .###. ####. ##### #.... .###. #...# .###.",
    ]
    private static let lettersJToR = [
        "..### #...# #.... #...# #...# .###. ####. .###. ####.",
        "...#. #..#. #.... ##.## #...# #...# #...# #...# #...#",
        "...#. #.#.. #.... #.#.# ##..# #...# #...# #...# #...#",
        "...#. ##... #.... #.#.# #.#.# #...# ####. #...# ####.",
        "...#. #.#.. #.... #...# #..## #...# #.... #.#.# #.#..",
        "#..#. #..#. #.... #...# #...# #...# #.... #..#. #..#.",
        ".##.. #...# ##### #...# #...# .###. #.... .##.# #...#",
    ]
    private static let lettersSToZ = [
        ".#### ##### #...# #...# #...# #...# #...# ##### ..... .....",
        "#.... ..#.. #...# #...# #...# #...# #...# ....# ..... .....",
        "#.... ..#.. #...# #...# #...# .#.#. .#.#. ...#. ##.#. #...#",
        ".###. ..#.. #...# #...# #.#.# ..#.. ..#.. ..#.. #.#.# #...#",
        "....# ..#.. #...# #...# #.#.# .#.#. ..#.. .#... #.#.# #.#.#",
        "....# ..#.. #...# .#.#. ##.## #...# ..#.. #.... #...# #.#.#",
        "####. ..#.. .###. ..#.. #...# #...# ..#.. ##### #...# .#.#.",
    ]
    private static let digits = [
        ".###. ..#.. .###. ##### ...#. ##### .###. ##### .###. .###.",
        "#...# .##.. #...# ...#. ..##. #.... #.... ....# #...# #...#",
        "#..## ..#.. ....# ..#.. .#.#. ####. #.... ...#. #...# #...#",
        "#.#.# ..#.. ...#. ...#. #..#. ....# ####. ..#.. .###. .####",
        "##..# ..#.. ..#.. ....# ##### ....# #...# ..#.. #...# ....#",
        "#...# ..#.. .#... #...# ...#. #...# #...# ..#.. #...# ....#",
        ".###. .###. ##### .###. ...#. .###. .###. ..#.. .###. .###.",
    ]
    private static let signs = [
        "..... ..... ..... ..... ..... ..... ...#. .#... ..... ##..#",
        "..#.. ..... ..... ....# ..... ..#.. ..#.. ..#.. ..... ##..#",
        "..#.. ..... ..... ...#. ##### ..... .#... ...#. #...# ...#.",
        "##### ##### ..... ..#.. ..... ..... .#... ...#. .#.#. ..#..",
        "..#.. ..... ..... .#... ##### ..... .#... ...#. ..#.. .#...",
        "..#.. ..... ..#.. #.... ..... ..#.. ..#.. ..#.. .#.#. #..##",
        "..... ..... ..#.. ..... ..... ..... ...#. .#... #...# #..##",
    ]
}

extension Raster {
    /// Width in pixels of a line of text.
    static func textWidth(_ text: String, scale: Int) -> Int {
        max(text.count * BitmapFont.advance - 1, 0) * scale
    }

    /// Draws a line of text with its top left corner at (x, y), a dot being `scale` pixels wide, on a black edge.
    mutating func draw(_ text: String, x: Int, y: Int, scale: Int = 2, colour: Colour = .white) {
        for edge in [true, false] {
            for (place, character) in text.enumerated() {
                for (row, line) in BitmapFont.rows(of: character).enumerated() {
                    for (column, dot) in line.enumerated() where dot == "#" {
                        let left = x + (place * BitmapFont.advance + column) * scale
                        let top = y + row * scale
                        if edge {
                            fill(x: left - 1, y: top - 1, width: scale + 2, height: scale + 2, with: .black)
                        } else {
                            fill(x: left, y: top, width: scale, height: scale, with: colour)
                        }
                    }
                }
            }
        }
    }
}
