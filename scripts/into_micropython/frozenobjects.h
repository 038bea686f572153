// Function objects and class dictionaries of frozen code that lie in flash instead of on the heap.
//
// Part of Phaseward. tools/frozen_objects.py writes the tables into the frozen content. A function
// without default values is there as an object; a class whose body does nothing but define such
// functions and constants has its dictionary there. MicroPython 1.25 makes both anew on the heap
// with each import: 16 bytes a function and 8 to 11 for its name in the class.
#ifndef MICROPY_INCLUDED_PY_FROZENOBJECTS_H
#define MICROPY_INCLUDED_PY_FROZENOBJECTS_H

#include "py/obj.h"
#include "py/bc.h"

// As mp_obj_fun_bc_t without default values; an array of those is not possible in C.
typedef struct _mp_rom_fun_t {
    mp_obj_base_t base;
    const mp_module_context_t *context;
    const void *child_table;
    const byte *bytecode;
} mp_rom_fun_t;

// Bodies of classes with a dictionary come first, in the order of the dictionaries.
extern const mp_rom_fun_t mp_rom_funs[];
extern const size_t mp_rom_funs_len;
extern const mp_obj_dict_t mp_rom_class_dicts[];
extern const size_t mp_rom_class_dicts_len;

// The objects of modules that have such functions: the functions refer to them. Their globals are
// roots of the garbage collector.
extern mp_module_context_t mp_rom_contexts[];
extern const size_t mp_rom_contexts_len;

static inline const mp_rom_fun_t *mp_rom_fun(const void *proto_fun) {
    const mp_rom_fun_t *fun = proto_fun;
    return fun >= mp_rom_funs && fun < mp_rom_funs + mp_rom_funs_len ? fun : NULL;
}

// The function made of `proto_fun` in `context`, or MP_OBJ_NULL where it has no object in flash.
static inline mp_obj_t mp_rom_make_fun(const void *proto_fun, const mp_module_context_t *context) {
    const mp_rom_fun_t *fun = mp_rom_fun(proto_fun);
    if (fun == NULL) {
        return MP_OBJ_NULL;
    }
    if (fun->context != context) {
        *(mp_module_context_t *)fun->context = *context;
    }
    return MP_OBJ_FROM_PTR(fun);
}

// The dictionary that running the class's `body` would give, or MP_OBJ_NULL where it must be run.
static inline mp_obj_t mp_rom_class_dict(mp_obj_t body) {
    if (!mp_obj_is_obj(body)) {
        return MP_OBJ_NULL;
    }
    const mp_rom_fun_t *fun = mp_rom_fun(MP_OBJ_TO_PTR(body));
    if (fun == NULL || (size_t)(fun - mp_rom_funs) >= mp_rom_class_dicts_len) {
        return MP_OBJ_NULL;
    }
    return MP_OBJ_FROM_PTR(&mp_rom_class_dicts[fun - mp_rom_funs]);
}

#endif // MICROPY_INCLUDED_PY_FROZENOBJECTS_H
