"""Next-token loss of the small decoders of tiny.py under transformers, and its gradients: known answers of the crate's own tests.

    venv/bin/python language.py > language.json          (behind tiny.py, whose tiny.json it reads)

`loss` is the mean of -ln p over all tokens but the first of each text. `gradients`: for each tensor the length of its gradient, and its product with
cos(0.3 i). Where the head is the embedding, the gradient of `model.embed_tokens.weight` is that of both.
"""
import json, math, os

import torch
from transformers import LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM

torch.set_num_threads(1)
tiny = json.load(open(os.path.join(os.path.dirname(__file__), "tiny.json")))
KINDS = {"llama": (LlamaForCausalLM, LlamaConfig), "qwen2": (Qwen2ForCausalLM, Qwen2Config), "qwen3": (Qwen3ForCausalLM, Qwen3Config)}
out = {}
for name, case in tiny["models"].items():
    if case["config"]["model_type"] not in KINDS:
        continue
    kind, config = KINDS[case["config"]["model_type"]]
    model = kind(config.from_dict({**case["config"], "attn_implementation": "eager"})).eval()
    state = model.state_dict()
    with torch.no_grad():
        for p, (key, shape) in enumerate(sorted(case["tensors"].items())):
            values = torch.tensor([0.4 * math.sin(0.7 * i + p) for i in range(math.prod(shape))], dtype=torch.float64).reshape(shape)
            gain = len(shape) == 1 and key.endswith("weight")
            state[key].copy_((1 + 0.2 * values if gain else values).to(torch.float32))
    nats, count = 0, 0
    for ids in case["tokens"]:
        ids = torch.tensor([ids])
        # transformers' own loss, a mean, times its number of tokens.
        nats = nats + model(input_ids=ids, labels=ids).loss * (ids.shape[1] - 1)
        count += ids.shape[1] - 1
    loss = nats / count
    loss.backward()
    gradients = {}
    for key, parameter in model.named_parameters():
        if parameter.grad is not None and key in case["tensors"]:
            g = parameter.grad.double().flatten()
            gradients[key] = [g.norm().item(), (g * torch.cos(0.3 * torch.arange(g.numel(), dtype=torch.float64))).sum().item()]
    out[name] = {"loss": loss.item(), "gradients": gradients}
print(json.dumps(out))
