# Users and JSON change >>code<< in many ways; some texts are still a code,
# and some are none.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Test::WhatsAuth;

my $receiver = start_receiver();
my $nginx = start_nginx(quiet => 1,
    callback_url => $receiver->url('/204'),
    app => 'message any;');

# Each form is given with the code as %s.

my %found = (
    'as it was prefilled' => ">>%s<<\nJust tap the \"send\" button.",
    'within other words' => 'Hi! My code: >>%s<<, thanks',
    'in capitals' => sub { '>>' . uc($_[0]) . '<<' },
    'with spaces around it' => '>> %s <<',
    'with guillemets' => "\x{bb}%s\x{ab}",
    'with HTML entities' => '&gt;&gt;%s&lt;&lt;',
    'with zero-width spaces' => ">\x{200b}>%s\x{200b}<<",
    'with bidi marks' => "\x{200f}>>\x{200e}%s<<",
    'with a Mongolian vowel separator' => ">>\x{180e}%s<<",
    'with a combining grapheme joiner' => sub {
        '>>' . substr($_[0], 0, 5) . "\x{34f}" . substr($_[0], 5) . '<<'
    },
    'with tags and fillers' => ">\x{e0041}>\x{3164}%s\x{ffa0}<<\x{fe0f}",
    'twice the same' => '>>%s<< >>%s<<',
    'beside emoji' => "\x{1f600}>>%s<<\x{1f600}",
);

my %not_found = (
    'bare' => '%s',
    'with one mark on each side' => '>%s<',
    'without its end' => '>>%s',
    'the wrong way round' => '<<%s>>',
    'with a digit less' => sub { '>>' . substr($_[0], 1) . '<<' },
    'with a digit more' => '>>%s0<<',
    'with a letter that is no digit' => sub {
        '>>' . ($_[0] =~ s/.\z/g/r) . '<<'
    },
    'beside another code' => '>>%s<< >>0123456789<<',
);

sub text {
    my ($form, $code) = @_;

    return ref $form ? $form->($code) : $form =~ s/%s/$code/gr;
}

for my $form (sort keys %not_found) {
    my $code = $nginx->issue->{json}{code};
    my $answer = $nginx->message(text_message(text($not_found{$form}, $code)));
    is $answer->{status}, 200, "no code - $form";
}

is_deeply [ grep { $_->{status} ne 'requested' } $nginx->records ], [],
    'none of these validated anything';

like $nginx->error_log, qr/reason=malformed/, 'a malformed one is noted';
like $nginx->error_log, qr/reason=ambiguous/, 'and so are two at once';

for my $form (sort keys %found) {
    my $code = $nginx->issue->{json}{code};
    $nginx->message(text_message(text($found{$form}, $code)));
    ok $receiver->wait_for($code), "code - $form";
}

# The same JSON in other bytes

my %bytes = (
    'escaped marks' => sub { s/</\\u003C/g; s/>/\\u003e/g },
    'every byte of the text escaped' => sub {
        s/(>>.*?<<)/join '', map { sprintf '\\u%04x', ord } split \/\/, $1/e
    },
    'escaped slashes' => sub { s/>>/http:\\\/\\\/x>>/ },
    'a lone surrogate beside it' => sub { s/>>/\\ud800>>/ },
    'an escaped zero beside it' => sub { s/>>/\\u0000>>/ },
    'UTF-8 that is none' => sub { s/>>/\xff\xc3>>/ },
    'an integer too large beside it' => sub {
        s/"object"/"n":99999999999999999999999,"object"/
    },
    'blanks between the tokens' => sub { s/([{},:])(?=["{}\[])/$1 \n\t/g },
    'no contacts' => sub { s/"contacts":\[.*?\}\],/"contacts":null,/ },
);

for my $how (sort keys %bytes) {
    my $code = $nginx->issue->{json}{code};
    local $_ = text_message(">>$code<<");
    $bytes{$how}->();
    $nginx->message($_);
    ok $receiver->wait_for($code), "JSON - $how" or diag $_;
}

my $code = $nginx->issue->{json}{code};
$nginx->message(text_message(">>$code<<", name => "Jos\x{e9} \x{1f600}\"\\"));
is $receiver->wait_for($code)->{json}{profile_name},
    "Jos\x{e9} \x{1f600}\"\\", 'JSON - a name with all kinds of characters';

$nginx->stop;
done_testing;
