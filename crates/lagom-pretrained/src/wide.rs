//! Loops compiled for the widest instructions that the processor has.

/// Runs a block compiled for the widest instructions that the processor has. What it uses stands before it with its type: the block becomes
/// a function of its own, since the compiler inlines no large closure into one of other instructions.
macro_rules! wide {
    ($life:lifetime, ($($name:ident: $kind:ty),* $(,)?) $body:block) => {
        $crate::wide::wide!($life, ($($name: $kind),*) -> () $body)
    };
    ($life:lifetime, ($($name:ident: $kind:ty),* $(,)?) -> $out:ty $body:block) => {{
        struct Task<$life> {
            $($name: $kind,)*
            borrows: std::marker::PhantomData<&$life ()>,
        }
        impl<$life> pulp::NullaryFnOnce for Task<$life> {
            type Output = $out;

            #[inline(always)]
            fn call(self) -> $out {
                let Self { $($name,)* .. } = self;
                $body
            }
        }
        pulp::Arch::new().dispatch(Task { $($name,)* borrows: std::marker::PhantomData })
    }};
}
pub(crate) use wide;
