//! FakeAI 0.3.2's 37 named latency profiles. FakeAI names no measurement as their source.

use crate::latency::Profile;

/// The profile of a model that has none of its own.
pub(super) static DEFAULT: Profile = profile(200.0, 40.0, 12.0, 2.5, 1200.0);

/// The profiles by model name, sorted by it: mean and standard deviation of TTFT \[ms\], the same of ITL \[ms\], and
/// prefill rate \[tokens/s\].
#[rustfmt::skip]
pub(super) static NAMED: [(&str, Profile); 37] = [
    ("01-ai/Yi-34B-Chat", profile(360.0, 72.0, 17.5, 3.5, 880.0)),
    ("Qwen/Qwen2-72B-Instruct", profile(490.0, 98.0, 23.5, 5.0, 710.0)),
    ("Qwen/Qwen2-7B-Instruct", profile(155.0, 31.0, 8.5, 1.7, 1750.0)),
    ("claude-3-haiku-20240307", profile(220.0, 45.0, 12.0, 2.5, 1300.0)),
    ("claude-3-opus-20240229", profile(850.0, 170.0, 38.0, 8.5, 480.0)),
    ("claude-3-sonnet-20240229", profile(450.0, 90.0, 22.0, 5.0, 750.0)),
    ("command-r", profile(320.0, 65.0, 16.0, 3.0, 950.0)),
    ("command-r-plus", profile(480.0, 95.0, 23.0, 5.0, 720.0)),
    ("deepseek-ai/DeepSeek-R1", profile(700.0, 140.0, 30.0, 7.0, 550.0)),
    ("deepseek-ai/DeepSeek-R1-Distill-Qwen-32B", profile(350.0, 70.0, 16.0, 3.5, 900.0)),
    ("deepseek-v3", profile(700.0, 140.0, 30.0, 7.0, 550.0)),
    ("gemini-pro", profile(350.0, 70.0, 17.0, 3.5, 900.0)),
    ("gemini-pro-vision", profile(450.0, 90.0, 22.0, 4.5, 700.0)),
    ("gpt-3.5-turbo", profile(200.0, 40.0, 10.0, 2.0, 1200.0)),
    ("gpt-3.5-turbo-16k", profile(220.0, 45.0, 11.0, 2.5, 1100.0)),
    ("gpt-4", profile(800.0, 150.0, 35.0, 8.0, 500.0)),
    ("gpt-4-turbo", profile(400.0, 80.0, 20.0, 5.0, 800.0)),
    ("gpt-4-turbo-preview", profile(420.0, 85.0, 22.0, 5.0, 750.0)),
    ("gpt-4o", profile(250.0, 50.0, 15.0, 3.0, 1200.0)),
    ("gpt-4o-mini", profile(180.0, 35.0, 10.0, 2.0, 1500.0)),
    ("gpt-oss-120b", profile(600.0, 120.0, 28.0, 6.0, 600.0)),
    ("gpt-oss-20b", profile(300.0, 60.0, 15.0, 3.0, 1000.0)),
    ("meta-llama/Llama-2-13b-chat-hf", profile(220.0, 45.0, 12.0, 2.5, 1400.0)),
    ("meta-llama/Llama-2-70b-chat-hf", profile(500.0, 100.0, 24.0, 5.0, 700.0)),
    ("meta-llama/Llama-2-7b-chat-hf", profile(150.0, 30.0, 8.0, 1.5, 1800.0)),
    ("meta-llama/Llama-3.1-405B-Instruct", profile(900.0, 180.0, 42.0, 9.0, 450.0)),
    ("meta-llama/Llama-3.1-70B-Instruct", profile(480.0, 95.0, 23.0, 5.0, 720.0)),
    ("meta-llama/Llama-3.1-8B-Instruct", profile(140.0, 28.0, 7.5, 1.5, 1900.0)),
    ("microsoft/Phi-3-medium-4k-instruct", profile(190.0, 38.0, 10.0, 2.0, 1500.0)),
    ("microsoft/Phi-3-mini-4k-instruct", profile(90.0, 18.0, 5.0, 1.0, 2500.0)),
    ("mistralai/Mistral-7B-Instruct-v0.2", profile(145.0, 30.0, 8.0, 1.5, 1850.0)),
    ("mistralai/Mixtral-8x7B-Instruct-v0.1", profile(380.0, 75.0, 18.0, 4.0, 850.0)),
    ("mixtral-8x22b", profile(550.0, 110.0, 25.0, 5.5, 650.0)),
    ("mixtral-8x7b", profile(380.0, 75.0, 18.0, 4.0, 850.0)),
    ("nvidia/llama-3.1-nemotron-70b-instruct", profile(280.0, 55.0, 14.0, 3.0, 1100.0)),
    ("openai/gpt-oss-120b", profile(600.0, 120.0, 28.0, 6.0, 600.0)),
    ("openai/gpt-oss-20b", profile(300.0, 60.0, 15.0, 3.0, 1000.0)),
];

const fn profile(ttft_ms: f64, ttft_std: f64, itl_ms: f64, itl_std: f64, prefill: f64) -> Profile {
    Profile {
        ttft_ms,
        ttft_std,
        itl_ms,
        itl_std,
        prefill_tokens_per_sec: prefill,
    }
}
