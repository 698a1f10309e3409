"""How a real decoder goes on with 20 prompts under transformers, without sampling: the answers of a test marked as ignored.

    venv/bin/python writing_real.py WEIGHTS NAME         WEIGHTS: the folder of LAGOM_TEST_WEIGHTS, NAME: a folder in it (smollm2-hf)

Writes WEIGHTS/expected/NAME-greedy.json: prompts, the tokens that `generate` writes behind each (32 at most), by how much the likeliest token was ahead of the
next one in logits at the closest step of each, and how likely four continuations are behind the first prompts.
"""
import json, os, sys

import torch
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

weights, name = sys.argv[1:3]
folder = f"{weights}/{name}"
PROMPTS = [
    "The capital of France is", "Water boils at", "def fibonacci(n):", "Once upon a time, there was a little", "The quick brown fox",
    "Question: What is 2 + 2?\nAnswer:", "Translate to French: good morning.\nTranslation:", "The three primary colours are", "My favourite food is",
    "In 1969, humans first landed on", "The opposite of hot is", "Photosynthesis is the process by which", "Dear customer,\n\nThank you for", "A list of animals: dog, cat,",
    "The largest planet in the solar system is", "To be, or not to be,", "import numpy as np\n\nx =", "Text: The film was wonderful.\nSentiment:", "She opened the door and", "E = mc^2 is",
]
CHOICES = [" Paris", " London is a city", " 100 degrees Celsius", " girl named Lily"]
# As `real.py` says: the tokenizer's file is read as it stands.
tokenizer = PreTrainedTokenizerFast(tokenizer_file=f"{folder}/tokenizer.json")
model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
ends = model.generation_config.eos_token_id
tokens, ahead, likelihoods = [], [], []
with torch.no_grad():
    for prompt in PROMPTS:
        ids = torch.tensor([tokenizer(prompt)["input_ids"]])
        found = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=32, do_sample=False, pad_token_id=0, repetition_penalty=1.0, output_logits=True, return_dict_in_generate=True)
        tokens.append(found.sequences[0, ids.shape[1]:].tolist())
        tops = [torch.topk(logits[0], 2).values for logits in found.logits]
        ahead.append(min((top[0] - top[1]).item() for top in tops))
    for prompt in PROMPTS[:4]:
        row = []
        for choice in CHOICES:
            read, both = tokenizer(prompt)["input_ids"], tokenizer(prompt + choice)["input_ids"]
            logs = torch.log_softmax(model(torch.tensor([both])).logits[0].double(), -1)
            row.append(sum(logs[i - 1, both[i]].item() for i in range(len(read), len(both))))
        likelihoods.append(row)
os.makedirs(f"{weights}/expected", exist_ok=True)
json.dump({"prompts": PROMPTS, "tokens": tokens, "ahead": ahead, "choices": CHOICES, "likelihoods": likelihoods, "ends": ends}, open(f"{weights}/expected/{name}-greedy.json", "w"))
print(min(ahead), ends, sum(len(one) for one in tokens))
