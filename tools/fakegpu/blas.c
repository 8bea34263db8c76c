/* The matrix products of libcublas.so.12 and libcublasLt.so.12, which are counted but not computed. Types are spelled as in
 * the ABI, so that one file serves both libraries; build.py adds the functions missing here. All return
 * CUBLAS_STATUS_SUCCESS (0). */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "counts.h"

static void *handle(void) { return calloc(1, 64); }

static int product(const char *function, int type, int compute, double m, double n, double k) {
    char what[80]; /* type: cudaDataType, 0 fp32, 14 bf16; compute: cublasComputeType_t, 68 fp32 */
    snprintf(what, sizeof what, "%s type %d compute %d", function, type, compute);
    fakegpu_product(what, 2 * m * n * k);
    return 0;
}

#ifdef LT

struct layout { uint64_t rows, columns; int type; };
struct operation { int compute; };

int cublasLtMatmulDescCreate(struct operation **o, int compute, int scale) { *o = handle(); (*o)->compute = compute; return 0; }
int cublasLtMatmulDescDestroy(void *o) { free(o); return 0; }
int cublasLtMatrixLayoutCreate(struct layout **l, int type, uint64_t rows, uint64_t columns, int64_t stride) {
    *l = handle();
    **l = (struct layout){rows, columns, type};
    return 0;
}
int cublasLtMatrixLayoutDestroy(void *l) { free(l); return 0; }
int cublasLtMatmulPreferenceCreate(void **p) { *p = handle(); return 0; }
int cublasLtMatmulPreferenceDestroy(void *p) { free(p); return 0; }

/* Offers one algorithm for everything. The result is a cublasLtMatmulHeuristicResult_t: uint64 algo[8], size_t workspace, status, … */
int cublasLtMatmulAlgoGetHeuristic(void *h, void *o, void *a, void *b, void *c, void *d, void *preference, int asked, char *results, int *found) {
    memset(results, 0, 8 * 8 + 8 + 4);
    *found = 1;
    return 0;
}

int cublasLtMatmul(void *h, struct operation *o, const void *alpha, const void *a, struct layout *A, const void *b, struct layout *B,
        const void *beta, const void *c, struct layout *C, void *d, struct layout *D, const void *algorithm, void *workspace, size_t size, void *stream) {
    double inner = (double)A->rows * A->columns / D->rows;
    return product("cublasLtMatmul", A->type, o->compute, D->rows, D->columns, inner);
}

#else

static int math_mode;

int cublasCreate_v2(void **h) { *h = handle(); return 0; }
int cublasGetMathMode(void *h, int *mode) { *mode = math_mode; return 0; }
int cublasSetMathMode(void *h, int mode) { math_mode = mode; return 0; }
int cublasGetPointerMode_v2(void *h, int *mode) { *mode = 0; return 0; }
int cublasSgemm_v2(void *h, int ta, int tb, int m, int n, int k) { return product("cublasSgemm", 0, 68, m, n, k); }
int cublasSgemmStridedBatched(void *h, int ta, int tb, int m, int n, int k, const void *alpha, const void *A, int lda, long long sa,
        const void *B, int ldb, long long sb, const void *beta, void *C, int ldc, long long sc, int batch) {
    return product("cublasSgemmStridedBatched", 0, 68, m, n, (double)k * batch);
}
int cublasGemmEx(void *h, int ta, int tb, int m, int n, int k, const void *alpha, const void *A, int type, int lda, const void *B, int tB,
        int ldb, const void *beta, void *C, int tC, int ldc, int compute, int algorithm) {
    return product("cublasGemmEx", type, compute, m, n, k);
}
int cublasGemmStridedBatchedEx(void *h, int ta, int tb, int m, int n, int k, const void *alpha, const void *A, int type, int lda,
        long long sa, const void *B, int tB, int ldb, long long sb, const void *beta, void *C, int tC, int ldc, long long sc, int batch,
        int compute, int algorithm) {
    return product("cublasGemmStridedBatchedEx", type, compute, m, n, (double)k * batch);
}

#endif
