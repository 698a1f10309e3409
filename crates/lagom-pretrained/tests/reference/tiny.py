"""Small networks of made-up weights under transformers: the known answers of the crate's own tests.

    python3 -m venv venv && venv/bin/pip install torch transformers tokenizers
    venv/bin/python tiny.py > tiny.json

Number i of the p-th tensor by name is 0.4 sin(0.7 i + p) (gains: 1 + 0.2 of it), so the tests make the same weights without a file of them.
`gradients` are those of the sum of hidden states times sin(0.5 j), j counting the numbers of all texts: for each tensor the length of its
gradient, and its product with cos(0.3 i).
"""
import json, math

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, DistilBertConfig, DistilBertModel, LlamaConfig, LlamaForCausalLM, MPNetConfig, MPNetModel, Qwen2Config, Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM

torch.set_num_threads(1)
# MPNet takes number 1 for padding, which no text has.
WORDS = ["[UNK]", "[PAD]", "[CLS]", "[SEP]", "where", "is", "my", "card", "the", "a", "dog", "run", "##s", "##ning", "fast", "pay", "##ment", "fail", "##ed", "how", "do", "i", "top", "up", "?", ".", "un", "##known", "money", "lost"]
tokenizer = Tokenizer(models.WordPiece({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]"))
tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
TEXTS = ["Where is my card?", "the dog runs fast.", "payment failed", "how do I top up my card? the money is lost. how do i do", "zebra"]


def fill(model):
    tensors = {name: tensor for name, tensor in model.state_dict().items() if tensor.is_floating_point() and name != "lm_head.weight"}
    if not model.config.tie_word_embeddings and "lm_head.weight" in model.state_dict():
        tensors["lm_head.weight"] = model.state_dict()["lm_head.weight"]
    for p, name in enumerate(sorted(tensors)):
        tensor = tensors[name]
        values = torch.tensor([0.4 * math.sin(0.7 * i + p) for i in range(tensor.numel())], dtype=torch.float64).reshape(tensor.shape)
        gain = tensor.dim() == 1 and name.endswith("weight")
        tensor.copy_((1 + 0.2 * values if gain else values).to(torch.float32))
    return {name: list(tensors[name].shape) for name in sorted(tensors)}


out = {"tokenizer": json.loads(tokenizer.to_str()), "texts": TEXTS, "models": {}}
common = dict(vocab_size=len(WORDS), attn_implementation="eager")
cases = {
    "bert": (BertModel, BertConfig(hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=36, max_position_embeddings=12, hidden_act="gelu", pad_token_id=1, **common)),
    "bert-tanh": (BertModel, BertConfig(hidden_size=12, num_hidden_layers=1, num_attention_heads=2, intermediate_size=20, max_position_embeddings=24, hidden_act="gelu_new", pad_token_id=1, **common)),
    "mpnet": (MPNetModel, MPNetConfig(hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=32, max_position_embeddings=26, pad_token_id=1, **common)),
    "distilbert": (DistilBertModel, DistilBertConfig(dim=16, n_layers=2, n_heads=2, hidden_dim=24, max_position_embeddings=24, activation="relu", pad_token_id=1, **common)),
    "llama": (LlamaForCausalLM, LlamaConfig(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, intermediate_size=40, max_position_embeddings=24, tie_word_embeddings=True, **common)),
    "llama-long": (LlamaForCausalLM, LlamaConfig(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=1, intermediate_size=24, max_position_embeddings=64, tie_word_embeddings=False, rope_parameters={"rope_type": "llama3", "rope_theta": 1000.0, "factor": 4.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 16}, **common)),
    "qwen2": (Qwen2ForCausalLM, Qwen2Config(hidden_size=16, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, intermediate_size=24, max_position_embeddings=24, tie_word_embeddings=True, **common)),
    "qwen3": (Qwen3ForCausalLM, Qwen3Config(hidden_size=16, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=8, intermediate_size=24, max_position_embeddings=24, tie_word_embeddings=True, **common)),
}
for name, (kind, config) in cases.items():
    model = kind(config).eval()
    with torch.no_grad():
        tensors = fill(model)
    base = model.model if hasattr(model, "lm_head") else model
    limit = config.max_position_embeddings - (2 if name == "mpnet" else 0)
    case = {"config": {k: v for k, v in config.to_dict().items() if isinstance(v, (int, float, str, bool, dict, list))}, "tensors": tensors, "tokens": [], "hidden": [], "likelihoods": []}
    total, at = 0, 0
    tokenizer.enable_truncation(limit)
    for text in TEXTS:
        ids = tokenizer.encode(text).ids
        hidden = base(torch.tensor([ids])).last_hidden_state[0]
        case["tokens"].append(ids)
        case["hidden"].append([round(x, 7) for x in hidden.flatten().tolist()])
        numbers = hidden.numel()
        total = total + (hidden.flatten() * torch.sin(0.5 * torch.arange(at, at + numbers, dtype=torch.float64)).to(torch.float32)).sum()
        at += numbers
        if hasattr(model, "lm_head"):
            logs = torch.log_softmax(model.lm_head(hidden).double(), -1)
            case["likelihoods"].append([logs[i - 1, ids[i]].item() for i in range(1, len(ids))])
    total.backward()
    gradients = {}
    for key, parameter in model.named_parameters():
        if parameter.grad is not None and key in tensors:
            g = parameter.grad.double().flatten()
            gradients[key] = [g.norm().item(), (g * torch.cos(0.3 * torch.arange(g.numel(), dtype=torch.float64))).sum().item()]
    case["gradients"] = gradients
    out["models"][name] = case
print(json.dumps(out))
