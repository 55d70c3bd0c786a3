"""Every setting in one place: an environment variable with the prefix WENBAO_, or a line in a .env file."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ingest.errors import SettingsError, in_chinese

PROJECT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """The program's settings; ``Settings()`` reads the environment."""

    model_config = SettingsConfigDict(env_prefix="WENBAO_", env_file=".env", extra="ignore")

    home: Path = Field(default=Path(".wenbao"), description="资料库所在的文件夹")
    corpus: Path = Field(default=PROJECT / "corpus", description="资料库为空时自动收入的文件夹")
    embedding: str = Field(default="", description="sentence-transformers 模型的名称或文件夹；留空用自带模型")
    chroma_url: str = Field(default="", description="Chroma 服务的地址；留空用本机内嵌的 Chroma")
    milvus_url: str = Field(
        default="", description="Milvus 服务的地址；与 database_url 一起设置，多台机器共用一个资料库"
    )
    milvus_token: str = Field(default="", description="Milvus 的令牌，形如 用户:密码；没有开认证时留空")
    milvus_db: str = Field(default="", description="Milvus 里数据库的名称；留空用默认的")
    database_url: str = Field(default="", description="PostgreSQL 数据库的地址，形如 postgresql://用户:密码@主机/库名")
    host: str = Field(default="127.0.0.1", description="网页监听的地址")
    port: int = Field(default=7860, ge=0, le=65535, description="网页监听的端口")
    server_names: str = Field(default="", description="网页的域名，多个用逗号分开；只在本机以外提供网页时需要")
    session_hours: float = Field(default=12, gt=0, description="登录多少小时后要重新登录")
    lockout_failures: int = Field(default=5, ge=1, description="登录失败多少次后锁定")
    lockout_minutes: int = Field(default=15, ge=1, description="锁定多少分钟；只数这段时间里的失败")
    conversation_days: int = Field(default=365, ge=0, description="对话多少天没有再问就删去；0 表示一直保留")
    llm_base_url: str = Field(
        default="", description="语言模型服务的地址（OpenAI 的接口）；留空且模型是文件夹时在本机运行"
    )
    llm_model: str = Field(default="", description="语言模型的名称或文件夹；留空不用语言模型")
    llm_api_key: SecretStr = Field(default=SecretStr(""), description="语言模型服务的密钥；服务不要时留空")
    llm_patience: float = Field(default=1.8, gt=0, description="等语言模型写出（通过核对的）下一句最多多少秒")
    llm_total_seconds: float = Field(default=30, gt=0, description="一个回答最多写多少秒")
    llm_retries: int = Field(default=2, ge=0, le=10, description="语言模型忙或出错时最多重试几次")
    llm_backoff: float = Field(default=0.2, ge=0, description="第一次重试前等多少秒，以后每次加倍")
    llm_breaker_failures: int = Field(default=3, ge=1, description="语言模型接连失败几次后暂停使用")
    llm_breaker_seconds: float = Field(default=30, ge=0, description="暂停使用多少秒")
    llm_prompt_tokens: int = Field(default=3000, ge=500, description="给语言模型的内容最多多少词元（token）")
    llm_answer_tokens: int = Field(default=600, ge=50, description="语言模型一次最多写多少词元（token）")
    llm_cache: int = Field(default=1000, ge=0, description="记住多少个写好的回答；0 表示不记")
    reranker: str = Field(default="", description="重排段落的 CrossEncoder 模型：名称或文件夹；留空不用")
    passage_words: int = Field(default=96, ge=8, le=2048, description="一个段落最多多少个词；单独一句更长时不切开")
    workers: int = Field(default=0, ge=0, le=256, description="同时用多少个进程读文件；0 表示与处理器核数相同")
    max_file_mb: int = Field(default=200, ge=1, description="一个文件最多多少 MB")
    max_expanded_mb: int = Field(default=1024, ge=1, description="压缩的文件（.zip、.docx、.ofd 等）解开后最多多少 MB")
    max_members: int = Field(default=20_000, ge=1, description="压缩的文件里最多多少个成员")
    max_nesting: int = Field(default=3, ge=1, description="压缩包里再套压缩包，最多几层")
    max_pages: int = Field(default=5_000, ge=1, description="一个文件最多多少页（工作表、幻灯片）")
    max_characters: int = Field(default=20_000_000, ge=1, description="一个文件最多多少字")
    max_seconds: float = Field(default=120, gt=0, description="读一个文件最多用多少秒")
    max_memory_mb: int = Field(default=4096, ge=256, description="读一个文件最多用多少 MB 内存")


def load_settings() -> Settings:
    """The settings from the environment.

    :raises SettingsError: naming the variable whose value cannot be used.
    """
    try:
        return Settings()
    except ValidationError as fault:
        first = fault.errors()[0]
        field = "_".join(str(part) for part in first["loc"])
        name, allowed = f"WENBAO_{field.upper()}", _allowed(field)
        raise SettingsError(
            f"设置 {name} 的值无法使用：{first.get('input')!r}{allowed}。请改正或去掉这个环境变量（或 .env 里的这一行）。"
        ) from fault
    except UnicodeDecodeError as fault:
        place = Path(".env").absolute()
        raise SettingsError(
            f"设置文件 {place} 不是 UTF-8 编码，读不出来。请用记事本等程序打开，另存为 UTF-8 编码。"
        ) from fault
    except OSError as fault:
        raise SettingsError(
            f"设置文件 {Path('.env').absolute()} 读不出来（{in_chinese(fault)}）。请检查权限。"
        ) from fault


def _allowed(field: str) -> str:
    """What a setting of numbers takes, in words to follow its value; "" for others."""
    known = Settings.model_fields.get(field.lower())
    kinds = {int: "整数", float: "数字"}
    if known is None or known.annotation not in kinds:
        return ""
    bounds = {
        name: getattr(limit, name) for limit in known.metadata for name in ("ge", "gt", "le") if hasattr(limit, name)
    }
    least, above, most = bounds.get("ge"), bounds.get("gt"), bounds.get("le")
    kind = kinds[known.annotation]
    if least is not None and most is not None:
        return f"；应是 {least} 到 {most} 的{kind}"
    if above is not None:
        return f"；应是大于 {above} 的{kind}"
    return f"；应是不小于 {least} 的{kind}" if least is not None else f"；应是{kind}"
