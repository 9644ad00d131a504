#pragma once

// Arithmetic on whole vectors. Swift's own is written value by value and becomes an instruction only where the optimizer
// finds the vector again, which it does not always.

#define LANES(n)                                                                                       \
    typedef float Lanes##n __attribute__((ext_vector_type(n)));                                        \
    typedef int Mask##n __attribute__((ext_vector_type(n)));                                           \
    static inline __attribute__((always_inline)) Lanes##n sum##n(Lanes##n a, Lanes##n b) {             \
        return a + b;                                                                                  \
    }                                                                                                  \
    static inline __attribute__((always_inline)) Lanes##n difference##n(Lanes##n a, Lanes##n b) {      \
        return a - b;                                                                                  \
    }                                                                                                  \
    static inline __attribute__((always_inline)) Lanes##n product##n(Lanes##n a, Lanes##n b) {         \
        return a * b;                                                                                  \
    }                                                                                                  \
    /* a * b + c, rounded once; a call of a library function where the processor cannot do it. */      \
    static inline __attribute__((always_inline)) Lanes##n fused##n(Lanes##n a, Lanes##n b, Lanes##n c) { \
        return __builtin_elementwise_fma(a, b, c);                                                     \
    }                                                                                                  \
    /* Negative values and negative zero become zero; NaN stays. */                                    \
    static inline __attribute__((always_inline)) Lanes##n rectified##n(Lanes##n a) {                   \
        return (Lanes##n)((Mask##n)a & ~(a <= 0));                                                     \
    }

LANES(4)
LANES(8)
LANES(16)

#define LOW4 0, 4, 1, 5
#define HIGH4 2, 6, 3, 7
#define LOW8 0, 8, 1, 9, 2, 10, 3, 11
#define HIGH8 4, 12, 5, 13, 6, 14, 7, 15
#define LOW16 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define HIGH16 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#define ALL _Pragma("clang loop unroll(full)")

// n rows of n floats, `stride` apart, to as many columns, `toStride` apart. To interleave row i with row i + n/2, for all i,
// moves a value's row and column, written as one binary number, round by one digit: done log2(n) times, they have changed
// places.
#define TRANSPOSE(n, rounds)                                                                           \
    static inline __attribute__((always_inline)) void transpose##n(                                    \
        const float *from, long stride, float *to, long toStride) {                                    \
        typedef float Anywhere __attribute__((ext_vector_type(n), aligned(4)));                        \
        Lanes##n a[n], b[n];                                                                           \
        ALL for (int i = 0; i < n; i++) a[i] = *(const Anywhere *)(from + i * stride);                 \
        ALL for (int round = 0; round < rounds; round++) {                                             \
            ALL for (int i = 0; i < n / 2; i++) {                                                      \
                b[2 * i] = __builtin_shufflevector(a[i], a[i + n / 2], LOW##n);                        \
                b[2 * i + 1] = __builtin_shufflevector(a[i], a[i + n / 2], HIGH##n);                   \
            }                                                                                          \
            ALL for (int i = 0; i < n; i++) a[i] = b[i];                                               \
        }                                                                                              \
        ALL for (int i = 0; i < n; i++) *(Anywhere *)(to + i * toStride) = a[i];                       \
    }

TRANSPOSE(4, 2)
TRANSPOSE(8, 3)
TRANSPOSE(16, 4)

/// Asks for the memory around `place`, which may be anywhere, to be brought near.
static inline __attribute__((always_inline)) void fetch(const float *place) { __builtin_prefetch(place, 0, 2); }

/// The same for memory that is going to be written.
static inline __attribute__((always_inline)) void fetch_to_write(const float *place) { __builtin_prefetch(place, 1, 2); }
