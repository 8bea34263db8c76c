"""Writes src/test/resources/golden/chat: small tokenizers of the kinds used by current models, each with a chat template, and the ids
that transformers gives for conversations and plain texts.

    python tools/chat/golden.py        (transformers 4.57.6, tokenizers 0.22.2, jinja2)
"""

import json
import pathlib
import random

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer

ROOT = pathlib.Path(__file__).resolve().parents[2] / "src/test/resources/golden"
CORPUS = (ROOT / "tokenizer/corpus.txt").read_text(encoding="utf-8")
OUT = ROOT / "chat"

LLAMA3_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

# Templates written for this purpose, in the style of the models that their names suggest.
INST = """\
{%- if messages[0].role == 'system' %}{% set system = messages[0].content %}{% set turns = messages[1:] %}\
{%- else %}{% set system = none %}{% set turns = messages %}{%- endif %}
{%- for message in turns %}
{%- if (message.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{%- endif %}
{%- if message.role == 'user' %}
{{- bos_token + '[INST] ' }}{%- if loop.first and system is not none %}{{ '<<SYS>>\\n' + system + '\\n<</SYS>>\\n\\n' }}{%- endif %}
{{- message.content.strip() + ' [/INST]' }}
{%- else %}{{- ' ' + message.content.strip() + ' ' + eos_token }}{%- endif %}
{%- endfor %}"""

ZEPHYR = """\
{% for message in messages %}
{{ '<|' + message.role + '|>\\n' + message.content + eos_token }}
{% endfor %}
{% if add_generation_prompt %}
{{ '<|assistant|>\\n' }}{% endif %}"""

HEADERS = """\
{{- bos_token }}
{%- if tools is not none %}
{{- '<|start_header_id|>system<|end_header_id|>\\n\\nTools:\\n' }}
{%- for tool in tools %}{{- tool | tojson + '\\n' }}{%- endfor %}
{{- '<|eot_id|>' }}
{%- endif %}
{%- for message in messages %}
{{- '<|start_header_id|>' + message.role + '<|end_header_id|>\\n\\n' }}
{%- if message.tool_calls is defined %}
{%- for call in message.tool_calls %}{{- {'name': call.function.name, 'parameters': call.function.arguments} | tojson }}{%- endfor %}
{%- else %}{{- message.content | trim }}{%- endif %}
{{- '<|eot_id|>' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{%- endif %}"""

THINKING = """\
{%- set ns = namespace(last=-1) %}
{%- for message in messages %}{%- if message.role == 'user' %}{%- set ns.last = loop.index0 %}{%- endif %}{%- endfor %}
{%- for message in messages %}
{{- '<|im_start|>' + message.role + '\\n' }}
{%- if message.role == 'assistant' %}
{%- set content = message.content %}{%- set thought = '' %}
{%- if message.reasoning_content is string %}{%- set thought = message.reasoning_content %}
{%- elif '</think>' in content %}
{%- set thought = content.split('</think>')[0].split('<think>')[-1].strip('\\n') %}
{%- set content = content.split('</think>')[-1].lstrip('\\n') %}
{%- endif %}
{%- if loop.index0 > ns.last %}{{- '<think>\\n' + thought + '\\n</think>\\n\\n' + content }}{%- else %}{{- content }}{%- endif %}
{%- else %}{{- message.content }}{%- endif %}
{{- '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}
{%- if enable_thinking is defined and enable_thinking is false %}{{- '<think>\\n\\n</think>\\n\\n' }}{%- endif %}{%- endif %}"""

GENERATION = """\
{%- for message in messages %}
{%- if message.role == 'assistant' %}{{- '<|im_start|>assistant\\n' }}{% generation %}{{- message.content + '<|im_end|>' }}{% endgeneration %}{{- '\\n' }}
{%- else %}{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"""

USER = {"role": "user", "content": "Who keeps the light?"}
KEEPER = {"role": "assistant", "content": "The keeper lit the lamp at 19:30."}
MORE = {"role": "user", "content": "And who, in 1902, helped\nthe keeper's friend?  Two  spaces."}
NOBODY = {"role": "assistant", "content": "Nobody did — 灯台の光は海を照らす 😀, it's said."}
SYSTEM = {"role": "system", "content": "Answer in one line."}
TOOLS = [{"type": "function", "function": {"name": "tide", "description": "Höhe <of> the tide", "parameters": {"type": "object", "properties": {"hour": {"type": "integer"}}}}}]
CALL = {"role": "assistant", "tool_calls": [{"type": "function", "function": {"name": "tide", "arguments": {"hour": 3, "place": "north \"quay\""}}}]}
RESULT = {"role": "tool", "content": "{\"metres\": 1.5}"}

CHATS = [[USER], [USER, KEEPER], [SYSTEM, USER, KEEPER, MORE], [SYSTEM, USER, KEEPER, MORE, NOBODY], [USER, NOBODY, MORE, KEEPER]]
PLAIN = ["", " ", "The keeper", " The keeper", "a\n\nb", "  two  spaces  ", "灯台 😀 é", "The </s> end", "<|im_end|> x", "\tTab\r\n", "<think>a</think>"]

STREAMED = ["灯台の光 😀", "é😀👩‍👩‍👧 Höhe — ñandú", "The keeper  lit\n\nthe lamp.</s> <|im_end|> x", " leading"]


def llama2():
    bytes_ = [f"<0x{i:02X}>" for i in range(256)]
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    alphabet = sorted(set(c for c in CORPUS if c.isascii() and c.isprintable() and c != " "))
    trainer = trainers.BpeTrainer(vocab_size=620, special_tokens=["<unk>", "<s>", "</s>"] + bytes_, limit_alphabet=len(alphabet) + 1, show_progress=False)
    tokenizer.train_from_iterator(CORPUS.splitlines(), trainer)
    state = json.loads(tokenizer.to_str())
    state["added_tokens"] = [t for t in state["added_tokens"] if not t["content"].startswith("<0x")]
    state["pre_tokenizer"] = None
    state["normalizer"] = {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}
    state["decoder"] = {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
    return state


def metaspace():
    state = llama2()
    state["normalizer"] = None
    state["pre_tokenizer"] = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": False}
    return state


def split(specials, others):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(LLAMA3_SPLIT), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(CORPUS.splitlines(), trainers.BpeTrainer(vocab_size=480, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in specials])
    tokenizer.add_tokens([AddedToken(t, special=False, normalized=False) for t in others])
    return tokenizer


def headers():
    tokenizer = split(["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"], [])
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(single="<|begin_of_text|> $A", pair="<|begin_of_text|> $A <|begin_of_text|>:1 $B:1",
                                      special_tokens=[("<|begin_of_text|>", tokenizer.token_to_id("<|begin_of_text|>"))])])
    return json.loads(tokenizer.to_str())


def chatml():
    tokenizer = split(["<|endoftext|>", "<|im_start|>", "<|im_end|>"], ["<think>", "</think>"])
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return json.loads(tokenizer.to_str())


LLAMA = {"tokenizer_class": "LlamaTokenizer", "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "add_bos_token": True, "add_eos_token": False, "legacy": False, "clean_up_tokenization_spaces": False}
PLAINLY = {"tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": False}

# name: tokenizer.json, tokenizer_config.json, template, conversations [(messages, variables)]
KINDS = {
    "llama2": (llama2(), LLAMA, INST, [(c, {}) for c in CHATS]),
    "metaspace": (metaspace(), LLAMA, ZEPHYR, [(c, {}) for c in CHATS]),
    "headers": (headers(), PLAINLY | {"bos_token": "<|begin_of_text|>", "eos_token": "<|end_of_text|>"}, HEADERS,
                [(c, {}) for c in CHATS] + [([USER, CALL, RESULT, KEEPER], {"tools": TOOLS}), ([USER, CALL], {"tools": TOOLS})]),
    "thinking": (chatml(), PLAINLY | {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}, THINKING,
                 [(c, {}) for c in CHATS] + [([USER], {"enable_thinking": False}),
                  ([USER, {"role": "assistant", "content": "<think>\nIt was lit.\n</think>\n\nThe keeper."}], {}),
                  ([USER, {"role": "assistant", "content": "The keeper.", "reasoning_content": "Who else?"}], {})]),
    "generation": (chatml(), PLAINLY | {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>"}, GENERATION, [(c, {}) for c in CHATS]),
}


def main():
    for name, (tokenizer_json, config, template, chats) in KINDS.items():
        folder = OUT / name
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "tokenizer.json").exists():  # training is not the same to the last merge each time
            write(folder / "tokenizer.json", tokenizer_json)
        write(folder / "tokenizer_config.json", config)
        (folder / "chat_template.jinja").write_text(template, encoding="utf-8")
        tokenizer = AutoTokenizer.from_pretrained(folder)
        cases = []
        for messages, variables in chats:
            asks = messages[-1]["role"] in ("user", "tool")
            case = {"messages": messages, "variables": variables, "add_generation_prompt": asks}
            case["text"] = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=asks, **variables)
            case["ids"] = tokenizer.apply_chat_template(messages, add_generation_prompt=asks, **variables)
            if "{% generation %}" in template:
                both = tokenizer.apply_chat_template(messages, add_generation_prompt=asks, return_dict=True, return_assistant_tokens_mask=True)
                case["mask"] = both["assistant_masks"]
            cases.append(case)
        texts = [{"text": t, "ids": tokenizer(t)["input_ids"], "bare": tokenizer(t, add_special_tokens=False)["input_ids"],
                  "decoded": tokenizer.decode(tokenizer(t, add_special_tokens=False)["input_ids"])} for t in PLAIN]
        write(folder / "cases.json", {"chats": cases, "texts": texts, "streams": streams(tokenizer)})


def streams(tokenizer):
    """The output of DecodeStream for texts, for texts that begin or end within a character, and for random ids."""
    rows = [tokenizer(t, add_special_tokens=False)["input_ids"] for t in STREAMED]
    rows += [rows[0][1:], rows[0][:-1], rows[1][2:-2]]
    draw = random.Random(7)
    rows += [[draw.randrange(len(tokenizer)) for _ in range(40)] for _ in range(3)]
    made = []
    for ids in rows:
        stream = decoders.DecodeStream(skip_special_tokens=False)
        try:
            pieces = [stream.step(tokenizer._tokenizer, i) or "" for i in ids]
        except Exception:  # bytes that are no UTF-8 spoil what a byte-fallback vocabulary showed before; it gives up
            pieces = None
        made.append({"ids": ids, "pieces": pieces, "decoded": tokenizer.decode(ids)})
    return made


def write(path, value):
    path.write_text(json.dumps(value, ensure_ascii=False, indent=None, separators=(",", ":")) + "\n", encoding="utf-8")


main()
