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
