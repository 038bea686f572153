"""Part of mpy-tool.py as Phaseward builds it: objects of frozen code that need no heap.

`plan` decides which functions and classes get an object in flash and numbers them; mpy-tool then
refers to a numbered function by its object instead of its bytecode; `write` prints the tables that
py/frozenobjects.h declares. What is not numbered is made on the heap as ever.

A function is numbered if it is bytecode, is no module's own code, and has no default values. A
class has its dictionary in flash if its body does nothing but store constants, functions and
properties under names; default values of a method may be constants, also those of its module. A
body that computes anything, has a method that uses `super`, or another decorator than `property`
is run as ever.
A class in flash cannot be given other attributes at run time: MicroPython raises AttributeError.
"""

GENERATOR, DEFAULTS_BY_KEYWORD = 0x01, 0x08
BYTECODE = 2
# Room of MicroPython's hash tables (py/map.c); the table in flash has a fifth of it free, so that
# a name that is not there is told soon.
SIZES = (2, 4, 6, 8, 10, 12, 17, 23, 29, 37, 47, 59, 73, 97, 127, 167)

CONSTANT = ("constant", "name", "object", "empty")
STORABLE = CONSTANT + ("function", "property")


class _NotConstant(Exception):
    """The body of a class does something that only a run can do."""


class Function:
    """A function without default values, or with constant ones (`defaults` as C expressions)."""

    def __init__(self, code, module, defaults=()):
        self.code, self.module, self.defaults = code, module, defaults

    def fields(self):
        kind = "gen_wrap" if self.code.scope_flags & GENERATOR else "fun_bc"
        name = self.code.escaped_name
        children = f"&children_{name}" if self.code.children else "NULL"
        return (f"{{&mp_type_{kind}}}, &mp_rom_contexts[{self.module.rom_context}], "
                f"{children}, fun_data_{name}")


class Property:
    def __init__(self, getter):
        self.getter = getter


class Plan:
    """Numbered functions (`codes`, bodies of classes first) and the classes' dictionaries."""

    def __init__(self, modules, tool):
        self._tool = tool
        self.modules, self.contexts = modules, 0
        bodies, others = [], []
        for module in modules:
            found = list(_inner(module.raw_code))
            module.rom_context = self.contexts
            self.contexts += bool(module.raw_code.children)
            for code in found:
                members = self._members(code, module)
                (others if members is None else bodies).append((code, module, members))
        self.classes = [(module, members) for _, module, members in bodies]
        self.functions = []
        for code, module, _ in bodies + [row for row in others if _plain(row[0])]:
            code.rom_index = len(self.functions)
            self.functions.append(Function(code, module))

    def _members(self, code, module):
        """Name -> constant, Function or Property, as running the body gives; None: must be run."""
        if not _plain(code) or code.prelude_signature[3] or "__module__" not in _stored(
                code, self._tool):
            return None
        try:
            return _Body(code, module, self._tool).run()
        except _NotConstant:
            return None


class _Body:
    """Runs the body of a class on constants."""

    def __init__(self, code, module, tool):
        self._code, self._module, self._tool = code, module, tool
        self._stack, self._members = [], {}

    def run(self):
        op = self._tool.Opcode
        for opcode, argument in _steps(self._code, self._tool):
            if opcode == op.MP_BC_RETURN_VALUE:
                if self._stack != [("constant", None)]:
                    raise _NotConstant
                return None if "__new__" in self._members else self._members
            self._step(op, opcode, argument)
        raise _NotConstant

    def _step(self, op, opcode, argument):
        loaded = _loaded(self._module, op, opcode, argument)
        if loaded:
            self._stack.append(loaded)
        elif opcode == op.MP_BC_LOAD_NULL:
            self._stack.append(("null", None))
        elif opcode == op.MP_BC_LOAD_NAME:
            self._load(self._name(argument))
        elif opcode == op.MP_BC_STORE_NAME:
            self._members[self._name(argument)] = _one_of(STORABLE, self._stack.pop())
        else:
            self._build(op, opcode, argument)

    def _build(self, op, opcode, argument):
        push, pop = self._stack.append, self._stack.pop
        if opcode == op.MP_BC_BUILD_TUPLE:
            items = [pop() for _ in range(argument)][::-1]
            push(("tuple", [_one_of(CONSTANT, item) for item in items]) if items
                 else ("empty", None))
        elif opcode == op.MP_BC_MAKE_FUNCTION:
            push(("function", self._function(argument, ())))
        elif opcode == op.MP_BC_MAKE_FUNCTION_DEFARGS:
            by_keyword, by_position = pop(), pop()
            if by_keyword[0] != "null" or by_position[0] != "tuple":
                raise _NotConstant
            push(("function", self._function(argument, tuple(by_position[1]))))
        elif opcode == op.MP_BC_CALL_FUNCTION and argument == 1:
            getter, called = pop(), pop()
            if called != ("builtin", "property") or getter[0] != "function":
                raise _NotConstant
            push(("property", Property(getter[1])))
        else:
            raise _NotConstant

    def _load(self, name):
        module = self._module
        if name == "__name__":
            self._stack.append(("name", _dotted(module.source_file.str)))
        elif name == "property" and name not in [*self._members,
                                                 *_stored(module.raw_code, self._tool)]:
            self._stack.append(("builtin", name))
        else:
            self._stack.append(_constant_of(module, name, self._tool))

    def _name(self, index):
        return self._module.qstr_table[index].str

    def _function(self, index, defaults):
        code = self._code.children[index]
        if (code.code_kind != BYTECODE or code.scope_flags & DEFAULTS_BY_KEYWORD
                or len(defaults) != code.prelude_signature[5]):
            raise _NotConstant
        return Function(code, self._module, defaults)


def _one_of(kinds, item):
    if item[0] not in kinds:
        raise _NotConstant
    return item


def _loaded(module, op, opcode, argument):
    """The constant that `opcode` loads, None where it loads none."""
    multi = op.MP_BC_LOAD_CONST_SMALL_INT_MULTI
    simple = {op.MP_BC_LOAD_CONST_NONE: None, op.MP_BC_LOAD_CONST_TRUE: True,
              op.MP_BC_LOAD_CONST_FALSE: False}
    if opcode in simple:
        return ("constant", simple[opcode])
    if multi <= opcode < multi + op.MP_BC_LOAD_CONST_SMALL_INT_MULTI_NUM:
        return ("constant", opcode - multi - op.MP_BC_LOAD_CONST_SMALL_INT_MULTI_EXCESS)
    if opcode == op.MP_BC_LOAD_CONST_SMALL_INT:
        return ("constant", argument)
    if opcode == op.MP_BC_LOAD_CONST_STRING:
        return ("name", module.qstr_table[argument].str)
    if opcode == op.MP_BC_LOAD_CONST_OBJ:
        return ("object", argument)
    return None


def _constant_of(module, name, tool):
    """The constant that the module's own code stores as `name`, once and nobody else."""
    steps = list(_steps(module.raw_code, tool))
    at = [number for number, (opcode, argument) in enumerate(steps)
          if opcode == tool.Opcode.MP_BC_STORE_NAME
          and module.qstr_table[argument].str == name]
    inner = any(opcode == tool.Opcode.MP_BC_STORE_GLOBAL
                and module.qstr_table[argument].str == name
                for code in _inner(module.raw_code) if code.code_kind == BYTECODE
                for opcode, argument in _steps(code, tool))
    loaded = _loaded(module, tool.Opcode, *steps[at[0] - 1]) if len(at) == 1 and at[0] else None
    if inner or loaded is None:
        raise _NotConstant
    return loaded


def plan(modules, tool):
    """Numbers functions (`rom_index` of their code) and adds the names the tables need."""
    made = Plan(modules, tool)
    for _, members in made.classes:
        for name in [*members, *(value for kind, value in members.values() if kind == "name")]:
            if not tool.global_qstrs.find_by_str(name):
                tool.global_qstrs.add(name)
    return made


def context(module):
    """C expression for the object of `module`, NULL where no function in flash refers to it."""
    return f"&mp_rom_contexts[{module.rom_context}]" if module.raw_code.children else "NULL"


def write(made, tool):
    """Prints the tables; to be called behind all modules' own content."""
    print("\n// objects of functions and classes, see py/frozenobjects.h")
    print(f"mp_module_context_t mp_rom_contexts[{made.contexts or 1}];")
    print(f"const size_t mp_rom_contexts_len = {made.contexts};")
    print(f"const mp_rom_fun_t mp_rom_funs[{len(made.functions) or 1}] = {{")
    for function in made.functions:
        print(f"    {{{function.fields()}}},")
    print(f"}};\nconst size_t mp_rom_funs_len = {len(made.functions)};")
    tables = [_write_members(number, module, members, tool)
              for number, (module, members) in enumerate(made.classes)]
    print(f"const mp_obj_dict_t mp_rom_class_dicts[{len(tables) or 1}] = {{")
    for number, (used, room) in enumerate(tables):
        print("    {{&mp_type_dict}, {.all_keys_are_qstrs = 1, .is_fixed = 1, .is_ordered = 0, "
              f".used = {used}, .alloc = {room}, "
              f".table = (mp_map_elem_t *)(mp_rom_map_elem_t *)rom_members_{number}}}}},")
    print(f"}};\nconst size_t mp_rom_class_dicts_len = {len(tables)};")


def _write_members(number, module, members, tool):
    """The hash table of one class, laid out as py/map.c does it. Returns (used, room)."""
    room = next(size for size in SIZES if 4 * size >= 5 * len(members))
    slots = [None] * room
    for name, value in members.items():
        at = tool.qstrutil.compute_hash(name.encode(), tool.config.MICROPY_QSTR_BYTES_IN_HASH)
        at %= room
        while slots[at] is not None:
            at = (at + 1) % room
        slots[at] = (name, _expression(f"{number}_{at}", module, value, tool))
    print(f"static const mp_rom_map_elem_t rom_members_{number}[{room}] = {{")
    for at, slot in enumerate(slots):
        if slot is not None:
            print(f"    [{at}] = {{MP_ROM_QSTR({_qstr(slot[0], tool)}), {slot[1]}}},")
    print("};")
    return len(members), room


def _expression(label, module, value, tool):
    kind, what = value
    if kind == "name":
        return f"MP_ROM_QSTR({_qstr(what, tool)})"
    if kind == "object":
        return module.obj_refs[what]
    if kind == "empty":
        return "MP_ROM_PTR(&mp_const_empty_tuple_obj)"
    if kind == "function":
        return _function_expression(label, module, what, tool)
    if kind == "property":
        getter = _function_expression(label, module, what.getter, tool)
        print("static const struct { mp_obj_base_t base; mp_rom_obj_t proxy[3]; } "
              f"rom_property_{label} = {{{{&mp_type_property}}, {{{getter}, "
              "MP_ROM_NONE, MP_ROM_NONE}};")
        return f"MP_ROM_PTR(&rom_property_{label})"
    if isinstance(what, int) and not isinstance(what, bool):
        return f"MP_ROM_INT({what})"
    return {None: "MP_ROM_NONE", True: "MP_ROM_TRUE", False: "MP_ROM_FALSE"}[what]


def _function_expression(label, module, function, tool):
    if not function.defaults:
        return f"MP_ROM_PTR(&mp_rom_funs[{function.code.rom_index}])"
    values = [_expression(label, module, value, tool) for value in function.defaults]
    print("static const struct { mp_rom_fun_t fun; "
          f"mp_rom_obj_t extra_args[{len(values)}]; }} rom_fun_{label} = "
          f"{{{{{function.fields()}}}, {{{', '.join(values)}}}}};")
    return f"MP_ROM_PTR(&rom_fun_{label})"


def _inner(code):
    """All code within `code`, but not itself."""
    for child in code.children:
        yield child
        yield from _inner(child)


def _plain(code):
    """Bytecode of a function without default values."""
    return (code.code_kind == BYTECODE and not code.scope_flags & DEFAULTS_BY_KEYWORD
            and code.prelude_signature[5] == 0)


def _steps(code, tool):
    at = code.offset_opcodes
    while at < len(code.fun_data):
        _, size, argument, _ = tool.mp_opcode_decode(code.fun_data, at)
        yield code.fun_data[at], argument
        at += size


def _stored(code, tool):
    """Names that `code` stores among its locals, which are a module's or a class's."""
    return [code.qstr_table[argument].str for opcode, argument in _steps(code, tool)
            if opcode == tool.Opcode.MP_BC_STORE_NAME]


def _qstr(name, tool):
    return tool.global_qstrs.find_by_str(name).qstr_id


def _dotted(path):
    """phaseward/core/box.py -> phaseward.core.box, which is the module's __name__."""
    name = path[:-len(".py")].replace("/", ".")
    return name[:-len(".__init__")] if name.endswith(".__init__") else name
