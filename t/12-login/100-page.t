# The login page before a login: its language, its texts, its title, and that
# nothing of a request comes back as HTML.

use strict;
use warnings;
use utf8;

use lib 't/lib';
use Encode qw( decode_utf8 encode_utf8 );
use JSON::PP;
use Test::More;
use Test::WhatsAuth;

my $folder = slot_folder();

sub write_file {
    my ($name, $content) = @_;

    open my $out, '>:raw', "$folder/$name" or die "$folder/$name: $!\n";
    print $out encode_utf8($content);
    close $out;

    return "$folder/$name";
}

my $texts = write_file('texts.json', <<'END');
{ "en": { "page": { "start_lead": "<b>Members</b> of \"{title}\" only." },
          "widget": { "required": "Members only." } } }
END

sub app {
    my ($name, $more) = @_;

    return whatsauth_app(name => $name, token => "token-of-tenant-$name",
                         callback_url => 'http://127.0.0.1:1/',
                         more => "login on; $more");
}

my $nginx = start_nginx(
    apps => app('plain', '') . app('own', qq{
        login_title "Alice & <Bob>"; login_language es; login_texts $texts;
    }) . app('quick', 'autostart on;'),
    server => join ' ', map { "location /$_/ { whatsauth_login $_; }" }
                            'plain', 'own', 'quick');

sub page {
    my ($target, %headers) = @_;

    my $answer = $nginx->get($target, \%headers);

    is $answer->{status}, 200, "$target is there";

    return decode_utf8($answer->{body});
}

# The words of each language, as in the file of its texts.

my @languages = qw( en es pt fr id hi ar he );

sub words {
    my ($language) = @_;

    open my $in, '<:raw', "page/texts/$language.json" or die "$language: $!\n";

    return JSON::PP->new->utf8->decode(do { local $/; <$in> });
}

for my $language (@languages) {
    my $html = page('/plain/', 'Accept-Language' => "$language-XX, en;q=0.5");
    my $words = words($language);
    my $dir = $language =~ /^(?:ar|he)\z/ ? 'rtl' : 'ltr';

    like $html, qr/<html lang="$language" dir="$dir">/,
         "language - $language has its direction";
    like $html, qr/\Q$words->{page}{start_button}\E/,
         "language - the words of $language";
    like $html, qr/<span class="heard">[^<]*<\/span>\Q$words->{name}\E</,
         "language - its name is $words->{name}";
    is_deeply [ sort keys %{ $words->{page} } ],
              [ sort keys %{ words('en')->{page} } ],
              "language - $language has a text for each key";
}

sub language {
    my ($html) = page(@_);

    return $html =~ /<html lang="(..)"/ ? $1 : undef;
}

is language('/plain/'), 'en', 'language - none is asked for';
is language('/own/'), 'es', 'language - none is asked for, by login_language';
is language('/own/', 'Accept-Language' => 'de'), 'es',
   'language - one that is not there';
is language('/own/', 'Accept-Language' => 'de, fr;q=0.1'), 'fr',
   'language - the second choice';
is language('/own/', 'Accept-Language' => "fr;q=0.9\r\nAccept-Language: de"),
    'fr', 'language - two headers are one list';
is language('/plain/?lang=he', 'Accept-Language' => 'fr'), 'he',
   'language - the link of the page before the header';
is language('/plain/?lang=he&ui_locales=de+pt-BR%20he'), 'pt',
   'language - ui_locales before the link';
is language('/plain/?lang=de&ui_locales=', 'Accept-Language' => 'fr'), 'fr',
   'language - neither is there';
is language('/plain/?lang=' . 'x' x 3000), 'en', 'language - a long word';

# Each page has links to all languages.

for my $target ('/plain/', '/plain/?return=%2Fa%3Fb%26c') {
    my $html = page($target);

    for my $language (@languages) {
        my ($href) = $html =~ /<a href="([^"]*)" hreflang="$language"/;

        $href =~ s/&amp;/&/g;
        is language($href), $language, "links - from $target to $language";
    }
}

# Titles, texts and what a request says are text.

my $html = page('/own/?lang=en');

like $html, qr{<title>\s*Log in to Alice &amp; &lt;Bob&gt;},
     'title - escaped in the head';
like $html, qr{<span class="name">Alice &amp; &lt;Bob&gt;</span>},
     'title - escaped in the page';
like $html, qr{&lt;b&gt;Members&lt;/b&gt;[ ]of[ ]
               &quot;Alice[ ]&amp;[ ]&lt;Bob&gt;&quot;[ ]only\.}x,
     'texts - of the operator, with a value, and escaped';
unlike page('/own/?lang=es'), qr/Members/, 'texts - not in another language';

for my $attack ('"><script>alert(1)</script>', "' onfocus=alert(1) '",
                '{{title}}', '{title}', "\x{202e}")
{
    my $query = join '', map { sprintf '%%%02x', ord } split //,
                         encode_utf8("/$attack");

    for my $field ('return', 'lang', 'ui_locales', 'state', 'csrf') {
        my $html = page("/plain/?$field=$query");

        unlike $html, qr{<script>|["'] onfocus=},
               "injection - $field brings in no HTML: $attack";
    }
}

like page('/quick/'), qr/ data-autostart/, 'autostart - told to the script';
unlike page('/plain/'), qr/ data-autostart/, 'autostart - not without it';

unlike page('/plain/'), qr{(?:src|href|action)="(?!/plain/|\?lang)},
       'hosts - all that the page names is below its location';

is scalar $nginx->records, 0, 'a visit writes nothing';

$nginx->stop;

done_testing();
